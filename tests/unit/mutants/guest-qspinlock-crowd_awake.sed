# SPDX-License-Identifier: GPL-2.0
# Take one for asleep for ever.
/pv_wait(ptr, val)/,/^}/s/WRITE_ONCE(.*pvsched_asleep), false);/;/
