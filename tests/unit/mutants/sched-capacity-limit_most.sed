# SPDX-License-Identifier: GPL-2.0
# Try ever more rarely.
s/, PVSCHED_MAX_HOLD_NS)/, 1ull << 60)/
