# SPDX-License-Identifier: GPL-2.0
# Take one CPU for all places.
s/place\[cpu\].placed = true;//
