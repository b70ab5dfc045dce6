# SPDX-License-Identifier: GPL-2.0
# Look for guests that are not told.
s/!pvsched_advertised(vcpu, PVSCHED_FEATURE_CAPACITY)) {/0) {/
