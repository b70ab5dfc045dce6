# SPDX-License-Identifier: GPL-2.0
# Enter although another CPU asked the vCPU to leave.
/^static __always_inline bool pvsched_may_inject/,/^}/s/READ_ONCE(vcpu->mode) != IN_GUEST_MODE/false/
/^static bool pvsched_must_leave/,/^}/s/READ_ONCE(vcpu->mode) != IN_GUEST_MODE/false/
