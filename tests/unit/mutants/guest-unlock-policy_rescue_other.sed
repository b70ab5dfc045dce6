# SPDX-License-Identifier: GPL-2.0
# Rescue the queue head of another lock.
s/ || !pvsched_is_head(head, lock))/)/
