# SPDX-License-Identifier: GPL-2.0
# Ignore what deadline tasks take.
s/ + cpu_util_dl(rq)//
