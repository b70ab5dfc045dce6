# SPDX-License-Identifier: GPL-2.0
# Allow as many steals in an overcommitted VM as beside other VMs.
s/(pvsched_overcommitted() || steals/(steals/
