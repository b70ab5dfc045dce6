# SPDX-License-Identifier: GPL-2.0
# Fold also when the part is off.
s/wanted = pvsched_capacity_cpus(pvsched_fold_state.capacity, all);/;/; s/unsigned int wanted = all;/unsigned int wanted = pvsched_capacity_cpus(pvsched_fold_state.capacity ?: pvsched_read_record(), all);/
