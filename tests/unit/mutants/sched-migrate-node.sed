# SPDX-License-Identifier: GPL-2.0
# Move tasks across nodes.
s/cpu_to_node(cpu_of(from)) == cpu_to_node(cpu_of(to))/true/
