# SPDX-License-Identifier: GPL-2.0
# Trust that clocks agree.
s/max(now, granted_at) - granted_at/now - granted_at/
