# SPDX-License-Identifier: GPL-2.0
# Look at the low word of targets only.
s/(unlikely(high) \&\& !pvsched_none_waits(/(0 \&\& !pvsched_none_waits(/
