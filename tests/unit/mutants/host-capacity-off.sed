# SPDX-License-Identifier: GPL-2.0
# Go on when switched off.
s/!READ_ONCE(pvsched_capacity) ||/0 ||/
