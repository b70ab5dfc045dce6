# SPDX-License-Identifier: GPL-2.0
# Swap tasks of different weight.
s/curr->se.load.weight == p->se.load.weight/true/
