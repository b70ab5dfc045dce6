# SPDX-License-Identifier: GPL-2.0
# Yield with one CPU.
s/num_possible_cpus() != 1/1/
