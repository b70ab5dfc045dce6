# SPDX-License-Identifier: GPL-2.0
# Inject beside Xen's timers.
s/ && !kvm_xen_timer_enabled(vcpu);/;/
