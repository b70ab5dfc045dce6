# SPDX-License-Identifier: GPL-2.0
# Move tasks to isolated CPUs.
s/rcu_access_pointer(to->sd)/true/
