# SPDX-License-Identifier: GPL-2.0
# Inject into a nested guest.
s/ || is_guest_mode(vcpu))/)/
