# SPDX-License-Identifier: GPL-2.0
# End an interrupt that the guest has not ended.
s/(flag \& KVM_PV_EOI_ENABLED)/0/
