# SPDX-License-Identifier: GPL-2.0
# Take the last look for what there is without strangers.
s/pvsched_round(\&c->mean_alone, c->alone)/max(PVSCHED_STEP, look->alone \/ PVSCHED_STEP * PVSCHED_STEP)/
