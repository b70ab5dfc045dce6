# SPDX-License-Identifier: GPL-2.0
# Of those that spin for longer take the last one.
s/spin_since) < READ_ONCE(best/spin_since) > READ_ONCE(best/
