# SPDX-License-Identifier: GPL-2.0
# Yield untargeted though the lock holder is known.
s/if (holder < 0)$/if (holder < 0 || !vcpu_is_preempted(holder))/
