# SPDX-License-Identifier: GPL-2.0
# Take one that is about to wake up for one that runs.
s/!pvsched_idles(cpu)/true/
