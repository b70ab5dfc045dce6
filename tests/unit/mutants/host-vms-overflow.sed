# SPDX-License-Identifier: GPL-2.0
# Take any burst.
s/min(READ_ONCE(pvsched_disturb_burst), PVSCHED_MAX_BURST)/READ_ONCE(pvsched_disturb_burst)/
