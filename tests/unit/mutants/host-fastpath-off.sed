# SPDX-License-Identifier: GPL-2.0
# Go on when switched off.
s/!READ_ONCE(\*pvsched_fast_handlers\[kind\].on)/0/
