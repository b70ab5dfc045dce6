# SPDX-License-Identifier: GPL-2.0
# Believe that a spinner takes its interrupt.
s/pending \&\& !READ_ONCE(vcpu->arch.pvsched.irqs_off)/pending/
