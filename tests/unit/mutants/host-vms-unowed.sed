# SPDX-License-Identifier: GPL-2.0
# Owe nothing to who was disturbed.
s/pvsched_find_vm(vms, whom, now)->owed++;/;/
