# SPDX-License-Identifier: GPL-2.0
# Believe the hint that APICv keeps set.
s/ || data_race(kvm_vcpu_apicv_active(vcpu)))/)/
