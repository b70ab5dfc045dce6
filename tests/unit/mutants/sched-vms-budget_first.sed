# SPDX-License-Identifier: GPL-2.0
# Take it out of the budget although something is owed.
s/!pvsched_collect(vms, id, now) \&\& !pvsched_spend(vms, each, now)/!pvsched_spend(vms, each, now) \&\& !pvsched_collect(vms, id, now)/
