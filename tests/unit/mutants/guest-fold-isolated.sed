# SPDX-License-Identifier: GPL-2.0
# Fold isolated CPUs like others.
s/ \&\& !cpu_is_isolated(cpu)//
