# SPDX-License-Identifier: GPL-2.0
# Count a vCPU to which the CPU was not directed.
s/pvsched_halt_directed += pvsched_halt_direct(&scan)/pvsched_halt_directed += pvsched_halt_direct(\&scan) + 1/
