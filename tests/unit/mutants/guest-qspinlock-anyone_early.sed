# SPDX-License-Identifier: GPL-2.0
# Ask before the head has spun.
s/ || spins < after//
