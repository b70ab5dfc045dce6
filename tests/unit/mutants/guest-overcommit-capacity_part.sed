# SPDX-License-Identifier: GPL-2.0
# A part of a CPU is as good as one.
s/bool more = wanting > (u64)capacity \* s->taken;/bool more = wanting >= ((u64)capacity + 1024) * s->taken;/
