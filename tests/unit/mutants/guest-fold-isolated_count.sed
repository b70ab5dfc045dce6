# SPDX-License-Identifier: GPL-2.0
# Do not count isolated CPUs among those in use.
s/unsigned int quota = max(cpus, isolated + 1) - isolated;/unsigned int quota = cpus;/
