# SPDX-License-Identifier: GPL-2.0
# Take what was rounded for a longer slice.
s@se->slice + se->slice / 8@se->slice@
