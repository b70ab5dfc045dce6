# SPDX-License-Identifier: GPL-2.0
# Fetch although switched off.
s/!READ_ONCE(pvsched_boost) || waiting == 1/waiting == 1/
