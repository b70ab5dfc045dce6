# SPDX-License-Identifier: GPL-2.0
# Look twice for a stranger that was there all the time.
s/ || strangers.runnable_avg >= PVSCHED_ALWAYS//
