# SPDX-License-Identifier: GPL-2.0
# Try as often as ever whether a quota still binds.
s/again ? clamp(2 \* l->hold/0 ? clamp(2 * l->hold/
