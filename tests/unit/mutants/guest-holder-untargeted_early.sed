# SPDX-License-Identifier: GPL-2.0
# Yield before the queue head has spun.
s/spins < PVSCHED_LOCK_UNTARGETED_SPINS || //
