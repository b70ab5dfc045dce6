# SPDX-License-Identifier: GPL-2.0
# Choose a vCPU that runs.
s/READ_ONCE(vcpu->ready) \&\& vcpu != me/vcpu != me/
