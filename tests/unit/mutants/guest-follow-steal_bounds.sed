# SPDX-License-Identifier: GPL-2.0
# Steal time gives more vCPUs than there are.
/cpus++;/,$s/return min(cpus, all);/return cpus;/
