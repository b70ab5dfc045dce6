# SPDX-License-Identifier: GPL-2.0
# Ask though that is switched off.
s/if (!after || /if (/
