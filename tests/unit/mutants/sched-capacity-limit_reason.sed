# SPDX-License-Identifier: GPL-2.0
# Take a quota for CPUs.
s/return look->quota < look->cpus ? PVSCHED_CAPACITY_QUOTA : /return /
