# SPDX-License-Identifier: GPL-2.0
# Do not yield to a queue head that was kicked.
s/ || READ_ONCE(head->mode) >= PVSCHED_MODE_ASLEEP;/;/
