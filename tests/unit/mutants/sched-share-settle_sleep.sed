# SPDX-License-Identifier: GPL-2.0
# Settle over sleeps.
s/return !pvsched_is_before(look->now, c->settle.last + .*/return/
