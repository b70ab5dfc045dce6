# SPDX-License-Identifier: GPL-2.0
# Take another VM with the same number for the one.
s/vms->vm\[i\].started == vm->started/1/
