# SPDX-License-Identifier: GPL-2.0
# Hide the instruction from the PMU.
s/^	pvsched_pmu_retired(vcpu);$//
