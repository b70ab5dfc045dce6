# SPDX-License-Identifier: GPL-2.0
# Start each scan with the same vCPU.
s/READ_ONCE(me->kvm->last_boosted_vcpu);/0;/
