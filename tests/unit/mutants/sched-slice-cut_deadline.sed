# SPDX-License-Identifier: GPL-2.0
# Cut a slice to nothing but its longest.
s/rest -= .*/;/
