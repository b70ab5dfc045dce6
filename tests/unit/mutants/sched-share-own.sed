# SPDX-License-Identifier: GPL-2.0
# Leave the own weight out.
s/level->weight + level->free;/level->free;/
