# SPDX-License-Identifier: GPL-2.0
# Take a position that is old.
s/now - pos->at < PVSCHED_POSITION_NS/true/
