# SPDX-License-Identifier: GPL-2.0
# Leave isolated CPUs only.
s/unsigned int quota = max(cpus, isolated + 1) - isolated;/unsigned int quota = max(cpus, isolated) - isolated;/
