# SPDX-License-Identifier: GPL-2.0
# Yield although idle vCPUs do not exit.
/!boot_cpu_has(X86_FEATURE_MWAIT) &&/d
