# SPDX-License-Identifier: GPL-2.0
# Owe it to the VM that preempts.
s/pvsched_find_vm(vms, victim, now)->owed++/pvsched_find_vm(vms, id, now)->owed++/
