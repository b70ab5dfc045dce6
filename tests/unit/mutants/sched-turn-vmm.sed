# SPDX-License-Identifier: GPL-2.0
# Take a thread of the VMM for a vCPU.
s/return !hlist_empty(&p->preempt_notifiers);/return true;/
