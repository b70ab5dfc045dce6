# SPDX-License-Identifier: GPL-2.0
# Yield although switched off.
s/static_branch_likely(&pvsched_ipi_key) && //
