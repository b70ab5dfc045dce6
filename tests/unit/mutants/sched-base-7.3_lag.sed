# SPDX-License-Identifier: GPL-2.0
# Let a task owe or be owed more than the base does.
/VERSION_MAJOR >= 7/,/^#else/s/return sysctl_sched_base_slice + TICK_NSEC;/return 4 * TICK_NSEC;/
