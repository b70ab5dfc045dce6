# SPDX-License-Identifier: GPL-2.0
# Grant a target that is throttled.
s/return !throttled_hierarchy(cfs_rq_of(&p->se));/return true;/
