# SPDX-License-Identifier: GPL-2.0
# Enter although something was asked meanwhile.
/^static bool pvsched_must_leave/,/^}/s/kvm_request_pending(vcpu)/false/
