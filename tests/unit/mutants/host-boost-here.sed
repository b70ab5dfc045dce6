# SPDX-License-Identifier: GPL-2.0
# Keep the caller's CPU.
s/if (look.vcpu\[HERE\])/if (false)/
