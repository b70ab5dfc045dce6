# SPDX-License-Identifier: GPL-2.0
# Follow no step at once.
s/return mean->off >= .*/return false;/
