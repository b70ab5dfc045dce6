# SPDX-License-Identifier: GPL-2.0
# Leave a head that was kicked to the scheduler.
s/ || READ_ONCE(head->mode) == PVSCHED_ASLEEP;/;/
