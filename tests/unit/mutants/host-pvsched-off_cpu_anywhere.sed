# SPDX-License-Identifier: GPL-2.0
# Write to guest memory from any point of an exit.
s/!pvsched_is_at_rest(vcpu) || //
