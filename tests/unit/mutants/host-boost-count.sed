# SPDX-License-Identifier: GPL-2.0
# Count no vCPU as served.
s/directed += pvsched_boost_one/pvsched_boost_one/
