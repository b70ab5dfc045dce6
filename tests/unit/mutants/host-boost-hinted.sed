# SPDX-License-Identifier: GPL-2.0
# Forget which vCPU was named.
s/if (READ_ONCE(vcpu->arch.pvsched.hinted))/if (false)/
