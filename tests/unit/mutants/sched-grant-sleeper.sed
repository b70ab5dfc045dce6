# SPDX-License-Identifier: GPL-2.0
# Come before a stranger that sleeps most of the time.
s/if (!pvsched_used_slice(due) || /if (/
