# SPDX-License-Identifier: GPL-2.0
# Move tasks across cpusets.
s/READ_ONCE(from->rd) == READ_ONCE(to->rd)/true/
