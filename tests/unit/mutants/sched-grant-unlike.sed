# SPDX-License-Identifier: GPL-2.0
# Come before a stranger with a turn that is not exchanged.
s/ || !pvsched_exchange(curr, next))/ || (pvsched_exchange(curr, next), 0))/
