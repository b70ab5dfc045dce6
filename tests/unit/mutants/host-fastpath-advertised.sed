# SPDX-License-Identifier: GPL-2.0
# Answer a guest that was not given the yield.
s/!pvsched_advertised(vcpu, PVSCHED_FEATURE_YIELD)/0/
