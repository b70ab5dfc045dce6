# SPDX-License-Identifier: GPL-2.0
# Fold vCPUs of any class.
s/READ_ONCE(p->sched_class) != \&fair_sched_class ||/0 ||/
