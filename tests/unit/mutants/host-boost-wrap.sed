# SPDX-License-Identifier: GPL-2.0
# Scan behind the last vCPU.
s/i + 1 < count ? i + 1 : 0/i + 1/
