# SPDX-License-Identifier: GPL-2.0
# Count tasks that sleep.
s/ - pvsched_nr_delayed(rq) - 1/ - 1/
