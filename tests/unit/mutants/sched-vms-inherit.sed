# SPDX-License-Identifier: GPL-2.0
# Take over what another VM left.
s/\*best = (struct pvsched_vm) { .id = id };/best->id = id;/
