# SPDX-License-Identifier: GPL-2.0
# Name targets that are done.
/^static int pvsched_ipi_wait_next/,/^}/s/if (!pvsched_csd_done(per_cpu_ptr.*/if (1)/
