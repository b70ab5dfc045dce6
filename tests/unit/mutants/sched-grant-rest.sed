# SPDX-License-Identifier: GPL-2.0
# Leave a target with what is left of its turn.
/^	turn.deadline = turn.vruntime + calc/d
