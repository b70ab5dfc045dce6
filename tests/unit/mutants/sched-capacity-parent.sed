# SPDX-License-Identifier: GPL-2.0
# Look at the VM's own group only.
s/while (levels--)/levels = 1; while (levels--)/
