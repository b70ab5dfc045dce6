# SPDX-License-Identifier: GPL-2.0
# Round down to none.
s/return max(PVSCHED_STEP, (value/return ((value/; s,PVSCHED_STEP / 2) / PVSCHED_STEP \* PVSCHED_STEP);,PVSCHED_STEP / 2) / PVSCHED_STEP * PVSCHED_STEP);,
