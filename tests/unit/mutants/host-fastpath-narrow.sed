# SPDX-License-Identifier: GPL-2.0
# Take garbage of upper halves from a 32-bit caller.
s/ || is_64_bit_mode(vcpu);/ || true;/
