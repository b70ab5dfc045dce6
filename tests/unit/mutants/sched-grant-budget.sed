# SPDX-License-Identifier: GPL-2.0
# Preempt other VMs at any rate.
s/if (!pvsched_vm_may_preempt(/if (0 \&\& !pvsched_vm_may_preempt(/
