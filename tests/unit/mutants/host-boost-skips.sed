# SPDX-License-Identifier: GPL-2.0
# Starve a vCPU that is never the best.
s/skipped >= PVSCHED_MAX_SKIPS/false/
