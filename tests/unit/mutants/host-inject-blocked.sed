# SPDX-License-Identifier: GPL-2.0
# Inject although the guest has interrupts off.
s/^	if (allowed) {$/	if (allowed >= 0) {/
