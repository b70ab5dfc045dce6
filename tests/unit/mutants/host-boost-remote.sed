# SPDX-License-Identifier: GPL-2.0
# Preempt another CPU for any vCPU.
s/ \&\& !pvsched_is_certain(reason))/ \&\& false)/
