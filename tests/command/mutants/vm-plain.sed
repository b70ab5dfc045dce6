# SPDX-License-Identifier: GPL-2.0
# Let a name write to the terminal.
s/vm->name\[i\] = '?';/;/
