# SPDX-License-Identifier: GPL-2.0
# Fold a CPU and leave its tasks there.
s/^\tpvsched_settle(cpu);//
