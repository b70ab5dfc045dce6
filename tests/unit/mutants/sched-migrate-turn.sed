# SPDX-License-Identifier: GPL-2.0
# Leave a task where it was placed.
s/^	if (pos) {/	if (0) {/
