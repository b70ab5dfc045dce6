# SPDX-License-Identifier: GPL-2.0
# Ask a host that has not offered it.
s/kvm_para_has_feature(PVSCHED_FEATURE_YIELD)/1/
