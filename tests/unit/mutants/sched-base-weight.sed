# SPDX-License-Identifier: GPL-2.0
# Swap tasks of different weight.
s/a->se.load.weight == b->se.load.weight/true/
