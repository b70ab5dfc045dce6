# SPDX-License-Identifier: GPL-2.0
# Keep the caller's CPU.
s/if (scan.vcpu\[LOCAL\])/if (false)/
