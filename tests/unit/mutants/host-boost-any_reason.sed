# SPDX-License-Identifier: GPL-2.0
# Take a new reason for the old one.
s/boost_reason) == reason \&\&/boost_reason) <= PVSCHED_NONE \&\&/
