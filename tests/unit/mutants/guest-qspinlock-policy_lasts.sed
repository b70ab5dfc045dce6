# SPDX-License-Identifier: GPL-2.0
# Count as overcommitted for ever.
s/return time_before(jiffies, READ_ONCE(pvsched_overcommit.until));/return READ_ONCE(pvsched_overcommit.until) != INITIAL_JIFFIES;/
