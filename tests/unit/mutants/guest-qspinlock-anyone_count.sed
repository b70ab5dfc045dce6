# SPDX-License-Identifier: GPL-2.0
# Count none.
s/pvsched_count(PVSCHED_LOCK_ANYONE_YIELDS);/;/
