# SPDX-License-Identifier: GPL-2.0
# Grant a target of another class.
s/p->sched_class != &fair_sched_class ||/false ||/
