# SPDX-License-Identifier: GPL-2.0
# Do not preempt other CPUs for the head of a queue.
s/^\t       reason == PVSCHED_AHEAD;/\t       false;/
