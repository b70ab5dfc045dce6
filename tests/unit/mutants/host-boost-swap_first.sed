# SPDX-License-Identifier: GPL-2.0
# Swap although a target waits here.
s/scan.vcpu\[LOCAL\]);$/false);/
