# SPDX-License-Identifier: GPL-2.0
# Choose a target although others were named.
s/^\tif (named)$/\tif (false)/
