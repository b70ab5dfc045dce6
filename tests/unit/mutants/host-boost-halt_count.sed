# SPDX-License-Identifier: GPL-2.0
# Count who was not left the CPU.
s/pvsched_handed += pvsched_leave_cpu(&look)/pvsched_handed += pvsched_leave_cpu(\&look) + 1/
