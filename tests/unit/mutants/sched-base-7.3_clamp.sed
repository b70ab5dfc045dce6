# SPDX-License-Identifier: GPL-2.0
# Weigh a difference that is too large.
/VERSION_MAJOR >= 7/,/^#else/s/^	delta = clamp(.*/	;/
