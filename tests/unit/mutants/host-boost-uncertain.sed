# SPDX-License-Identifier: GPL-2.0
# Do not disturb other CPUs for the head of a queue.
s/^\t       reason == PVSCHED_QUEUED;/\t       false;/
