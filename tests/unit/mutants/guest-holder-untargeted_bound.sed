# SPDX-License-Identifier: GPL-2.0
# Yield without a bound.
/pvsched_help_unknown_holder(const/,/^}/s/\*yields >= PVSCHED_LOCK_MAX_YIELDS/0/
