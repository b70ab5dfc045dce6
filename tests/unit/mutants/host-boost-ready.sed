# SPDX-License-Identifier: GPL-2.0
# Choose who runs.
s/READ_ONCE(vcpu->ready) \&\& vcpu != me/vcpu != me/
