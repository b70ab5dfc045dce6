# SPDX-License-Identifier: GPL-2.0
# Move tasks from isolated CPUs.
s/rcu_access_pointer(from->sd)/true/
