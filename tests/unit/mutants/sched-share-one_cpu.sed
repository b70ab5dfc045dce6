# SPDX-License-Identifier: GPL-2.0
# Let strangers use no more than one CPU, wherever they are.
s/(u64)cpus \* PVSCHED_ONE_CPU/(u64)PVSCHED_ONE_CPU/
