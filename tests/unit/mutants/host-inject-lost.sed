# SPDX-License-Identifier: GPL-2.0
# Lose an event that could not be injected.
/^static bool pvsched_leave_with/,/^}/s/kvm_make_request(request, vcpu);//
