# SPDX-License-Identifier: GPL-2.0
# Take the share for what there is without strangers.
s/pvsched_share_of(path\[levels\], .*/&\n		look->alone = look->share;/
