# SPDX-License-Identifier: GPL-2.0
# Stay in the RCU section while yielding.
/^static u32 pvsched_walk/,/^}/s/rcu_read_unlock();//
