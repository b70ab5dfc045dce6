# SPDX-License-Identifier: GPL-2.0
# With all CPUs taken there is none.
s/: max(cpus, PVSCHED_ONE_CPU);/: cpus;/
