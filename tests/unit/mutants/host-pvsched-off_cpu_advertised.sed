# SPDX-License-Identifier: GPL-2.0
# Report to a guest that was not told.
s/!pvsched_advertised(vcpu, PVSCHED_FEATURE_OFF_CPU)/0/
