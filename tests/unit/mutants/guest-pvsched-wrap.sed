# SPDX-License-Identifier: GPL-2.0
# Compare jiffies without minding their wrap.
s/time_after(jiffies, READ_ONCE(pvsched_retry_at))/jiffies > READ_ONCE(pvsched_retry_at)/
