# SPDX-License-Identifier: GPL-2.0
# Let a slice that is cut end by its old timer.
/VERSION_MAJOR >= 7/,/^#else/s/^		hrtick_start_fair(.*/		;/
