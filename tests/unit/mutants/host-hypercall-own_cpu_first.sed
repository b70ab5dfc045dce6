# SPDX-License-Identifier: GPL-2.0
# Give the own CPU away before the others are asked.
/^static u32 pvsched_give_all/,/^}/{
/^	for (i = 0; i < choice->nr_remote; i++)$/{
N
N
h
d
}
/directed += pvsched_give(caller, choice->local, true, false);/{
G
}
}
