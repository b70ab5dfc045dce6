# SPDX-License-Identifier: GPL-2.0
# Forget who was named.
s/if (READ_ONCE(vcpu->arch.pvsched.named))/if (false)/
