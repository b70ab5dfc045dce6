# SPDX-License-Identifier: GPL-2.0
# Once more vCPUs wanted to run, they do for a while.
s/jiffies + (more ? PVSCHED_OVERCOMMIT_HOLD : 0)/more ? jiffies + PVSCHED_OVERCOMMIT_HOLD : pvsched_overcommit.until/
