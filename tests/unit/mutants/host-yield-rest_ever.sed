# SPDX-License-Identifier: GPL-2.0
# Rest for ever.
s/^		pvsched_rest_end(me);/		;/
