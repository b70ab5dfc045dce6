# SPDX-License-Identifier: GPL-2.0
# Let a turn be worth what the weight makes of it.
/VERSION_MAJOR >= 7/,/^#else/s/average - pvsched_reweigh(lag, .*/average - lag;/
