# SPDX-License-Identifier: GPL-2.0
# Answer a yield that is switched off.
s/ || !READ_ONCE(pvsched_yield) ||/ ||/
