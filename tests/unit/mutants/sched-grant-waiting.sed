# SPDX-License-Identifier: GPL-2.0
# Count the caller.
s/pvsched_nr_delayed(rq) - 1;/pvsched_nr_delayed(rq);/
