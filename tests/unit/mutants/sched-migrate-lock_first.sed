# SPDX-License-Identifier: GPL-2.0
# Take locks before a look.
/^	if (!pvsched_may_go(task_rq(p), raw_rq(), p))/{N;d}
