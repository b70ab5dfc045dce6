# SPDX-License-Identifier: GPL-2.0
# Inject beside a SynIC.
s, && !pvsched_has_hyperv(vcpu) &&, \&\&,
