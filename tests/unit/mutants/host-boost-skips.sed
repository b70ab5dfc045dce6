# SPDX-License-Identifier: GPL-2.0
# Starve a vCPU that is never the best.
s/vcpu->arch.pvsched.skipped >= PVSCHED_MAX_SKIPS/false/
