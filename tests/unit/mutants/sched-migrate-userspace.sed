# SPDX-License-Identifier: GPL-2.0
# Swap with a thread that has left KVM_RUN.
s/ || !pvsched_is_vcpu(p))$/)/
