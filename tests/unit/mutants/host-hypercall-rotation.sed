# SPDX-License-Identifier: GPL-2.0
# Let every caller begin with the same target.
s/start = self - .*$/start = 0;/
