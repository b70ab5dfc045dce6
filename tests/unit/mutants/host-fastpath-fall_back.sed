# SPDX-License-Identifier: GPL-2.0
# Go the long way where the base's fastpath sends an IPI.
s/return ret == EXIT_FASTPATH_NONE ? pvsched_base_wrmsr(vcpu) : ret;/return ret;/
