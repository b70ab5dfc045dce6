# SPDX-License-Identifier: GPL-2.0
# Answer a yield without a target, for which the host is to choose one.
s/if (!(low | high) \&\& READ_ONCE(pvsched_boost))/if (0)/
