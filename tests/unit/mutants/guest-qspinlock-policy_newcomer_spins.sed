# SPDX-License-Identifier: GPL-2.0
# Let a newcomer spin on after its last yield.
s/ || pvsched_help_holder(holder, yields);/ || pvsched_help_holder(holder, yields) || true;/
