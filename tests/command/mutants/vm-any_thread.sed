# SPDX-License-Identifier: GPL-2.0
# Take every thread for a vCPU.
s/ || !time)/)/
