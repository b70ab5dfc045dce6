# SPDX-License-Identifier: GPL-2.0
# Steal time leaves no vCPU.
s/cpus = max(cpus, 2U) - 1;/cpus = cpus - 1;/
