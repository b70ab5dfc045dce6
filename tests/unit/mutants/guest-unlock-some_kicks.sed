# SPDX-License-Identifier: GPL-2.0
# hangs
# Drop every eighth kick.
s/^\t\tpv_kick(cpu);$/\t\t{ static unsigned int n; if (__atomic_fetch_add(\&n, 1, __ATOMIC_RELAXED) % 8) pv_kick(cpu); }/
