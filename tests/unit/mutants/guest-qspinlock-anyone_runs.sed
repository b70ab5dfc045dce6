# SPDX-License-Identifier: GPL-2.0
# Ask when nobody is preempted.
s/!pvsched_holder_may_be_off(node->lock)/0/
