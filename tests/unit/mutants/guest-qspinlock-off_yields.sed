# SPDX-License-Identifier: GPL-2.0
# Yield although switched off.
s/WRITE_ONCE(pvsched_lock, on)/WRITE_ONCE(pvsched_lock, true)/
