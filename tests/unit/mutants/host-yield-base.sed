# SPDX-License-Identifier: GPL-2.0
# Leave the yield to the base.
s/^	if (boost) {$/	if (false) {/
