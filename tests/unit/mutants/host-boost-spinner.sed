# SPDX-License-Identifier: GPL-2.0
# Treat a vCPU that spins as a lock's holder.
s/if (READ_ONCE(vcpu->arch.pvsched.spinning))/if (false)/
