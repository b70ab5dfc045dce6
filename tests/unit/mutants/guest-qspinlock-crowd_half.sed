# SPDX-License-Identifier: GPL-2.0
# Any more than ran at once are a crowd.
s/2 \* wanting > 3 \* most/wanting > most/
