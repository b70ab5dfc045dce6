# SPDX-License-Identifier: GPL-2.0
# Leave a gap between a 32-bit caller's words.
s/req->targets\[0\] = (u32)lo.*$/req->targets[0] = (u32)lo, req->targets[1] = (u32)hi;/
