# SPDX-License-Identifier: GPL-2.0
# Owe it to the wrong one.
s/pvsched_find_vm(vms, whom, now)->owed++/pvsched_find_vm(vms, id, now)->owed++/
