# SPDX-License-Identifier: GPL-2.0
# Move a task beside one that it does not trust.
s/ \&\&$/ \&\&/; s/sched_core_cookie_match(to, p)/true/
