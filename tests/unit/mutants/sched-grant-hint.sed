# SPDX-License-Identifier: GPL-2.0
# Hint at a target that is not eligible.
s/^		if (!entity_eligible(pvsched_queue(se), se))$/		if (0)/
