# SPDX-License-Identifier: GPL-2.0
# Break promises to VMs that do not follow.
s/used <= number + PVSCHED_ONE_CPU;/1;/
