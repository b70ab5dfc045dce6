# SPDX-License-Identifier: GPL-2.0
# Only those that run now have CPUs.
s/most = pvsched_most(running)/most = running/
