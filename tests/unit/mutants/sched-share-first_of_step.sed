# SPDX-License-Identifier: GPL-2.0
# Let the first look of a step move the mean towards it.
s/(mean->off ? PVSCHED_MEAN_LOOKS : mean->looks)/mean->looks/
