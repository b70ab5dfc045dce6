# SPDX-License-Identifier: GPL-2.0
# Ask though the holder is known.
s/if (holder < 0)$/if (holder < 0 || !vcpu_is_preempted(holder))/
