# SPDX-License-Identifier: GPL-2.0
# Report nothing of a VM with a dirty ring.
s/return pvsched_is_at_rest(vcpu) ||/return/
