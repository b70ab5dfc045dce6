# SPDX-License-Identifier: GPL-2.0
# Look at tasks without RCU.
s/	rcu_read_lock();/	;/; s/	rcu_read_unlock();/	;/
