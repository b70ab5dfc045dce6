# SPDX-License-Identifier: GPL-2.0
# Take bit 13 of the ICR for a free one.
s/ | BIT(13))/)/
