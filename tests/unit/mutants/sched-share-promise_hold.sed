# SPDX-License-Identifier: GPL-2.0
# Hold a promise back as long each time.
s/p->hold = pvsched_hold_longer(p->hold);/p->hold = PVSCHED_HOLD_NS;/
