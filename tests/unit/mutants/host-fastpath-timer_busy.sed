# SPDX-License-Identifier: GPL-2.0
# Wait for a timer that fires elsewhere.
s/if (hrtimer_callback_running(.*/if (0)/
