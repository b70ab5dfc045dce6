# SPDX-License-Identifier: GPL-2.0
# Give the statistics of two VMs to each.
s/ && opened.vms == 1//
