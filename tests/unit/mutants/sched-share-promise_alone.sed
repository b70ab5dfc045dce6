# SPDX-License-Identifier: GPL-2.0
# Check a promise that was not made.
s/number != p->number || !is_share ||/number != p->number ||/
