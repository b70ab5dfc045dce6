# SPDX-License-Identifier: GPL-2.0
# Ask a clock at every entry.
s/WRITE_ONCE(vm->period, .*/;/
