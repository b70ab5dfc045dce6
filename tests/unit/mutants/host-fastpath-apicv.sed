# SPDX-License-Identifier: GPL-2.0
# Answer where hardware sends IPIs.
s/return !(needs \& PVSCHED_NEEDS_NO_APICV) || .*/return true;/
