# SPDX-License-Identifier: GPL-2.0
# Restart a timer that may fire on another CPU.
s/ || !pvsched_timer_is_here(timer))/)/
