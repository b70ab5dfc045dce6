# SPDX-License-Identifier: GPL-2.0
# Choose although the boost is off.
s/READ_ONCE(pvsched_boost) \&\& !pvsched_drop_yield()/!pvsched_drop_yield()/
