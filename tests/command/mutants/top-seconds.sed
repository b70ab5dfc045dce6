# SPDX-License-Identifier: GPL-2.0
# Show yields a report, not a second.
s/(n\[YIELDS_ASKED\] + n\[BASE_ASKED\]) \/ seconds/(n[YIELDS_ASKED] + n[BASE_ASKED])/
