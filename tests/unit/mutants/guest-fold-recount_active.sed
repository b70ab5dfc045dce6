# SPDX-License-Identifier: GPL-2.0
# Do not see that a CPU is active.
s/bool changed = .*/bool changed = false;/
