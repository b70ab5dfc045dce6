# SPDX-License-Identifier: GPL-2.0
# Take over what another VM left.
s/\*vm = (struct pvsched_vm) { .id = id };/vm->id = id;/
