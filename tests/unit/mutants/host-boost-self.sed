# SPDX-License-Identifier: GPL-2.0
# Choose the caller.
s/ \&\& vcpu != me)/)/
