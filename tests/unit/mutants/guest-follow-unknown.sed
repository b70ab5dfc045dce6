# SPDX-License-Identifier: GPL-2.0
# A number of zero is one vCPU.
s/return capacity ? min(cpus, all) : all;/return max(min(cpus, all), 1U);/
