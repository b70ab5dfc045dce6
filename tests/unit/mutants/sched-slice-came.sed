# SPDX-License-Identifier: GPL-2.0
# Take no notice of a longer slice that came from another CPU.
/long_slices |= /d
