# SPDX-License-Identifier: GPL-2.0
# Look around for the only one that waits.
s/!READ_ONCE(pvsched_boost) || waiting == 1/!READ_ONCE(pvsched_boost)/
