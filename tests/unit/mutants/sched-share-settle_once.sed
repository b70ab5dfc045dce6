# SPDX-License-Identifier: GPL-2.0
# Go back as easily as forth.
s/(s->is_done ? 4 : 2)/2/
