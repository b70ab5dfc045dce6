# SPDX-License-Identifier: GPL-2.0
# Never forget the peak.
s/WRITE_ONCE(pvsched_overcommit.peak\[0\], running);/;/2;/time_after(jiffies, READ_ONCE(pvsched_overcommit.since)/s/if (.*) {/if (!READ_ONCE(pvsched_overcommit.peak[0])) {/
