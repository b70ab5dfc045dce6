# SPDX-License-Identifier: GPL-2.0
# Owe nothing to the VM that was preempted.
s/pvsched_find_vm(vms, victim, now)->owed++;/;/
