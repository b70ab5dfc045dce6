# SPDX-License-Identifier: GPL-2.0
# Yield although switched off.
s/READ_ONCE(pvsched_ipi) && //
