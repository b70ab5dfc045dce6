# SPDX-License-Identifier: GPL-2.0
# Take lead for lag.
s/return average - vruntime;/return vruntime - average;/
