# SPDX-License-Identifier: GPL-2.0
# Do not let the peak grow.
s/} else if (running > peak) {/} else if (0) {/
