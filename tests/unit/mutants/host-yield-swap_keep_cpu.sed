# SPDX-License-Identifier: GPL-2.0
# Leave although the CPU is for another target.
s/ && !keep_cpu//
