# SPDX-License-Identifier: GPL-2.0
# Look at every wait.
s/ && time_after(jiffies, READ_ONCE(pvsched_crowd.at))//
