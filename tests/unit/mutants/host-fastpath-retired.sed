# SPDX-License-Identifier: GPL-2.0
# Hide the instruction from the PMU.
s/if (unlikely(pvsched_pmu_counts(vcpu)))/if (0)/
