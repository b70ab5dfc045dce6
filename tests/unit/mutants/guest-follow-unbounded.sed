# SPDX-License-Identifier: GPL-2.0
# Use more vCPUs than there are.
s/return capacity ? min(cpus, all) : all;/return capacity ? cpus : all;/
