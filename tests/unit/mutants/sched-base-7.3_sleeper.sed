# SPDX-License-Identifier: GPL-2.0
# Run a buddy before a task that sleeps and is due.
/VERSION_MAJOR >= 7/,/^#else/s/^	while (se->sched_delayed) {/	while (0) {/
