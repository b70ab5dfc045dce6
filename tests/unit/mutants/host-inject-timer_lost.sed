# SPDX-License-Identifier: GPL-2.0
# Leave a timer pending without a request.
s/return pvsched_leave_with(vcpu, KVM_REQ_UNBLOCK);/return false;/
