# SPDX-License-Identifier: GPL-2.0
# Look for KVM's leaves in the first place only.
s/leaf += CPUID_STEP/leaf = CPUID_LAST/
