# SPDX-License-Identifier: GPL-2.0
# Take idle time for work.
s/"cpu %llu %llu %llu %\*u %\*u/"cpu %llu %llu %*u %llu %*u/
