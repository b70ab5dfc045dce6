# SPDX-License-Identifier: GPL-2.0
# Change places although somebody waits here.
s/look.vcpu\[HERE\]);$/false);/
