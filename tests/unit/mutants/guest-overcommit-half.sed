# SPDX-License-Identifier: GPL-2.0
# Take any vCPU more than the peak for overcommitment.
s/2 \* s->wanting > 3 \* peak/s->wanting > peak/
