# SPDX-License-Identifier: GPL-2.0
# Lose a CPU of each range.
s/count += last - first + 1/count += last - first/
