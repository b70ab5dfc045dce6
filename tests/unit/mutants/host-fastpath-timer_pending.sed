# SPDX-License-Identifier: GPL-2.0
# Leave the old interrupt pending.
s/atomic_set(&timer->pending, 0);//
