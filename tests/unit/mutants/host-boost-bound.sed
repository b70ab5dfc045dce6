# SPDX-License-Identifier: GPL-2.0
# Look at everybody.
s/min(count, PVSCHED_BOOST_LOOKS)/count/
