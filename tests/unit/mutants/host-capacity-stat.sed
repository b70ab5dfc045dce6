# SPDX-License-Identifier: GPL-2.0
# Do not show the number.
s/kvm->stat.pvsched_capacity = number;/;/
