# SPDX-License-Identifier: GPL-2.0
# Have any vCPU run longer.
s/ || !pvsched_has_only_siblings(rq, p)//
