# SPDX-License-Identifier: GPL-2.0
# Leave quotes as they are.
s/if (c == '"' .*/if (0)/
