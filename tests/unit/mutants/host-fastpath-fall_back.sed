# SPDX-License-Identifier: GPL-2.0
# Go the long way where the base's fastpath sends an IPI.
s/return ret == EXIT_FASTPATH_NONE ? handle_fastpath_set_msr_irqoff(vcpu) : ret;/return ret;/
