# SPDX-License-Identifier: GPL-2.0
# Pull to a CPU for which another task waits.
s/rq->nr_running - pvsched_nr_delayed(rq) > 1 || //
