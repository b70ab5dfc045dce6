# SPDX-License-Identifier: GPL-2.0
# Look with a clock that is behind.
s/return time_after_eq64(now, \(READ_ONCE(pvsched_fold_state.at)\) + PVSCHED_FOLD_PERIOD);/return now - \1 >= PVSCHED_FOLD_PERIOD;/
