# SPDX-License-Identifier: GPL-2.0
# Leave the choice to the host though there are few candidates.
s/if (found <= PVSCHED_MAX_CANDIDATES)$/if (0)/
