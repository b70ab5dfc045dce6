# SPDX-License-Identifier: GPL-2.0
# Fire a timer again and again.
s/^	atomic_set(&timer->pending, 0);//
