# SPDX-License-Identifier: GPL-2.0
# Fold CPUs without a tick.
s/ \&\& !tick_nohz_full_cpu(cpu)//
