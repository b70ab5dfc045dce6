# SPDX-License-Identifier: GPL-2.0
# Take a second yield for the first.
s/if (cmpxchg(&to->granted_reason, 0, reason + 1))/if (cmpxchg(\&to->granted_reason, 0, reason + 1) \&\& !me)/
