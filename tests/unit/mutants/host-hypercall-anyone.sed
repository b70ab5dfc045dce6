# SPDX-License-Identifier: GPL-2.0
# Choose somebody although others were named.
s/^\tif (named)$/\tif (false)/
