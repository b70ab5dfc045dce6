# SPDX-License-Identifier: GPL-2.0
# Take notice of those with a quota that leaves all CPUs.
s/if (quota < look->cpus)/if (quota != U32_MAX)/
