# SPDX-License-Identifier: GPL-2.0
# Ask a clock at every entry after the first period.
s/WRITE_ONCE(vm->looked, .*/;/
