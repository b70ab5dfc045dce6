# SPDX-License-Identifier: GPL-2.0
# Pull a target although switched off.
s/if (boost && !pvsched_nr_waiting_here())/if (!pvsched_nr_waiting_here())/
