# SPDX-License-Identifier: GPL-2.0
# Measure only while the part is on.
s/pvsched_ipi || pvsched_stats/pvsched_ipi/
