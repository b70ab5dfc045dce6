# SPDX-License-Identifier: GPL-2.0
# Take it out of the budget although something is owed.
s/!pvsched_settle_debt(vms, id, burst, now) \&\& !pvsched_spend(vms, each, burst, now)/!pvsched_spend(vms, each, burst, now) \&\& !pvsched_settle_debt(vms, id, burst, now)/
