# SPDX-License-Identifier: GPL-2.0
# Pull for a caller that shares its CPU.
s/if (boost && !pvsched_nr_waiting_here())/if (boost)/
