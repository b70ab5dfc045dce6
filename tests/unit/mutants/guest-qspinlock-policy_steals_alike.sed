# SPDX-License-Identifier: GPL-2.0
# Close the lock beside other VMs as soon as in an overcommitted VM.
/^static bool pvsched_is_last_steal/,/^}/{s/return steals >= max \&\&/return steals >= max;/;/STEAL_FACTOR/d}
