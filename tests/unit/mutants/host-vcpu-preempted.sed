# SPDX-License-Identifier: GPL-2.0
# Count a vCPU that was preempted for ever.
s/^		atomic_dec(.*$//
