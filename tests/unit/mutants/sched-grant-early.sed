# SPDX-License-Identifier: GPL-2.0
# Exchange turns with a sibling that runs on until the pick.
s/^	pvsched_make_next(rq, p, to, NULL);/	pvsched_exchange(pvsched_top(p, curr), to);\n&/
