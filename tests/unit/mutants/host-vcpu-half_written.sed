# SPDX-License-Identifier: GPL-2.0
# Read registers that may be half written.
s/^	if (pvsched_is_at_rest(vcpu)) {$/	if (true) {/
