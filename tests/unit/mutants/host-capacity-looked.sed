# SPDX-License-Identifier: GPL-2.0
# Look at every entry after the first period.
s/WRITE_ONCE(vm->looked, .*/;/
