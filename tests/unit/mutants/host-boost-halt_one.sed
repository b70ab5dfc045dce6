# SPDX-License-Identifier: GPL-2.0
# Scan for the only one that waits.
/^void pvsched_before_halt/,/^}/s/if (waiting == 1 || /if (/
