# SPDX-License-Identifier: GPL-2.0
# Post a vector to itself over a level-triggered one.
/^bool pvsched_post_self/,/^}/s/if (!pvsched_is_edge(vcpu->arch.apic, vector))/if (0)/
