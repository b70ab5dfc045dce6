# SPDX-License-Identifier: GPL-2.0
# Scan at each halt on a host that is not short of CPUs.
s/ || (!waiting && !atomic_read(&me->kvm->arch.pvsched.preempted)))/)/
