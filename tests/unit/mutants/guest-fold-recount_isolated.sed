# SPDX-License-Identifier: GPL-2.0
# Do not see that a CPU is isolated.
s/return changed || .*/return changed;/
