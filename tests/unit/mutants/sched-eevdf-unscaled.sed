# SPDX-License-Identifier: GPL-2.0
# Exchange turns of unequal weight as if they were equal.
s/return from == to ? delta :/return true ? delta :/
