# SPDX-License-Identifier: GPL-2.0
# Yield although switched off.
s/else if (pvsched_lock_active())/else/
