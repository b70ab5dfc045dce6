# SPDX-License-Identifier: GPL-2.0
# A newcomer tries on after its last yield.
s/ || pvsched_help_holder(holder, yields);/ || pvsched_help_holder(holder, yields) || true;/
