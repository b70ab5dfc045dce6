# SPDX-License-Identifier: GPL-2.0
# Do not look at nodes.
s/return (u64)place\[place\[cpu\].node\].in_node << 32 |/return/
