# SPDX-License-Identifier: GPL-2.0
# Cut the slices of any task.
s/if (!pvsched_vcpu_of(se))$/if (!se->on_rq)/
