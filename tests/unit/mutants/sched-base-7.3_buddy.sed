# SPDX-License-Identifier: GPL-2.0
# Take the next buddy for what is due.
/VERSION_MAJOR >= 7/,/^#else/s/cfs_rq->next = NULL;/;/
