# SPDX-License-Identifier: GPL-2.0
# Take an average from before the last tick.
/VERSION_MAJOR >= 7/,/^#else/s/^	update_curr_eevdf(cfs_rq);/	;/
