# SPDX-License-Identifier: GPL-2.0
# Count down for a vCPU that was not counted.
s/^	if (state->preempted) {$/	if (true) {/
