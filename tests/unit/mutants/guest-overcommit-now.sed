# SPDX-License-Identifier: GPL-2.0
# Compare with the vCPUs that run now.
s/peak = pvsched_peak_running(s->running)/peak = s->running/
