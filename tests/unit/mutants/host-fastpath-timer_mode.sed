# SPDX-License-Identifier: GPL-2.0
# Restart the timer in any mode.
s/timer->timer_mode != APIC_LVT_TIMER_TSCDEADLINE || !kvm/0 || !kvm/
