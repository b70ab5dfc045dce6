# SPDX-License-Identifier: GPL-2.0
# Look as often on any number of CPUs.
s/u64 ns = .*/u64 ns = 0;/
