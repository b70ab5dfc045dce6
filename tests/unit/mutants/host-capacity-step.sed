# SPDX-License-Identifier: GPL-2.0
# Look at each entry that a TSC calls for.
s/return time_after_eq64(local_clock(), READ_ONCE(vm->look_at));/return true;/
