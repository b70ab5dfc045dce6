# SPDX-License-Identifier: GPL-2.0
# Take a longer name for a counter.
s/(!name\[len\] || .*/1)/
