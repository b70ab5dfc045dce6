# SPDX-License-Identifier: GPL-2.0
# Forget the peak at once.
s/max3(running, peak, READ_ONCE(pvsched_overcommit.peak\[1\]))/max(running, peak)/
