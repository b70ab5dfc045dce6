# SPDX-License-Identifier: GPL-2.0
# Ignore what real-time tasks take.
s/ + cpu_util_rt(rq)//
