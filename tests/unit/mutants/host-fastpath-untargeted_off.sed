# SPDX-License-Identifier: GPL-2.0
# Leave a yield without a target although the host chooses none.
s/if (!(low | high) \&\& READ_ONCE(pvsched_boost))/if (!(low | high))/
