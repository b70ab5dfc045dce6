# SPDX-License-Identifier: GPL-2.0
# Scan all vCPUs.
s/min(count, PVSCHED_SCAN_MAX)/count/
