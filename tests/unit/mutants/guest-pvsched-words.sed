# SPDX-License-Identifier: GPL-2.0
# Put all bits into the low word.
s/w->targets\[bit \/ 64\]/w->targets[0]/
