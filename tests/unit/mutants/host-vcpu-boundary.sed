# SPDX-License-Identifier: GPL-2.0
# Believe the last exit when an ioctl begins.
s/vcpu->arch.at_instruction_boundary = false;/;/
