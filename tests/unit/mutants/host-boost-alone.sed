# SPDX-License-Identifier: GPL-2.0
# Take no notice of a caller that is alone.
s/.alone = !pvsched_nr_waiting_here(),/.alone = false,/
