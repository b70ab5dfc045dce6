# SPDX-License-Identifier: GPL-2.0
# Remember a vCPU that was named and runs.
s/READ_ONCE(vcpu->ready) \&\& !READ_ONCE(vcpu->arch/!READ_ONCE(vcpu->arch/
