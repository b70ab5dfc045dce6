# SPDX-License-Identifier: GPL-2.0
# Count CPUs that other classes have.
s/if (rt_or_dl_prio(.*/if (0)/
