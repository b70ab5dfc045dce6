# SPDX-License-Identifier: GPL-2.0
# hangs
# Kick no queue head.
s/^\t\tpv_kick(cpu);$//
