# SPDX-License-Identifier: GPL-2.0
# A crowd is for ever.
s/return time_before(jiffies, READ_ONCE(pvsched_crowd.until));/return READ_ONCE(pvsched_crowd.until) != INITIAL_JIFFIES;/
