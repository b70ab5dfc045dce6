# SPDX-License-Identifier: GPL-2.0
# Look at the number in each tick of each CPU.
s/return (s64)(now - READ_ONCE(pvsched_fold_state.at)) >= .*/return true;/
