# SPDX-License-Identifier: GPL-2.0
# Never forget how many ran at once.
s/WRITE_ONCE(pvsched_crowd.most\[0\], running);/;/2;/time_after(jiffies, READ_ONCE(pvsched_crowd.since)/s/if (.*) {/if (!READ_ONCE(pvsched_crowd.most[0])) {/
