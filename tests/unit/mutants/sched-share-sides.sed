# SPDX-License-Identifier: GPL-2.0
# Count looks on both sides as one step.
s/up == mean->off_up ? mean->off + 1 : 1/mean->off + 1/
