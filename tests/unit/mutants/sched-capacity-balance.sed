# SPDX-License-Identifier: GPL-2.0
# CPUs without balance are for folding.
s/rcu_access_pointer(rq->sd)/1/
