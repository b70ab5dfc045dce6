# SPDX-License-Identifier: GPL-2.0
# Yield to folded CPUs for good.
s/else if (now - READ_ONCE(pvsched_fold_state.applied_at) < PVSCHED_FOLD_HELP)/else/
