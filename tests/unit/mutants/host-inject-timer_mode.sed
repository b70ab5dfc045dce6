# SPDX-License-Identifier: GPL-2.0
# Fire a timer of any mode.
s/timer->timer_mode != APIC_LVT_TIMER_TSCDEADLINE ||$/0 ||/
