# SPDX-License-Identifier: GPL-2.0
# Run waiters that came later.
s/spin_since) < since ?/spin_since) != since ?/
