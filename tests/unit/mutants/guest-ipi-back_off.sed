# SPDX-License-Identifier: GPL-2.0
# Look again after the same time.
s/clamp(spins \* 2,/clamp(spins,/
