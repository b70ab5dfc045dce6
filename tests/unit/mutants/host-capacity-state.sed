# SPDX-License-Identifier: GPL-2.0
# Keep what was known when switched off.
s/^\t\t\*c = .*/;/
