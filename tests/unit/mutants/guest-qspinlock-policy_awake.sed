# SPDX-License-Identifier: GPL-2.0
# Leave a vCPU marked asleep when it wakes up.
/pv_wait(ptr, val)/,/^}/s/WRITE_ONCE(.*pvsched_asleep), false);/;/
