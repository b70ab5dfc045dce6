# SPDX-License-Identifier: GPL-2.0
# Steal although no head may be passed.
s/if (pvsched_lock_active() \&\& !active)/if (0)/
