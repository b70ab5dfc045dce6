# SPDX-License-Identifier: GPL-2.0
# Fold over domains.
s/READ_ONCE(rq->rd) == rd \&\& //
