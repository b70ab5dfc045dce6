# SPDX-License-Identifier: GPL-2.0
# Enter again although something was asked.
s/kvm_request_pending(vcpu) ||$/0 ||/
