# SPDX-License-Identifier: GPL-2.0
# Name idle targets.
s/ && !idle_cpu(cpu)//
