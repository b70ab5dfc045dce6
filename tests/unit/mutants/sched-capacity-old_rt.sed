# SPDX-License-Identifier: GPL-2.0
# Believe old averages of an idle CPU.
s/READ_ONCE(rq->nr_running) \&\& used/used/
