# SPDX-License-Identifier: GPL-2.0
# Choose again at once.
s/< PVSCHED_BOOST_PAUSE_NS/< 0/
