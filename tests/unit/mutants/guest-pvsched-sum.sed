# SPDX-License-Identifier: GPL-2.0
# Show one CPU's counters.
s/sum += /sum = /
