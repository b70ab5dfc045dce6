# SPDX-License-Identifier: GPL-2.0
# Count a declined target as served.
s/granted ? PVSCHED_GRANTED : PVSCHED_SCHED/PVSCHED_GRANTED/
