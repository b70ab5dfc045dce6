# SPDX-License-Identifier: GPL-2.0
# Leave the target with the worse of two turns.
s/ \&\& pvsched_is_before(curr, next))/ \&\& 0)/
