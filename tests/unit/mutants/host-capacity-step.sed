# SPDX-License-Identifier: GPL-2.0
# Look at each entry that a TSC calls for.
s/return (s64)(local_clock() - READ_ONCE(vm->look_at)) >= 0;/return true;/
