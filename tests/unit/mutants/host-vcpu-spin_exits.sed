# SPDX-License-Identifier: GPL-2.0
# Let a spin never end.
s/vcpu->stat.exits - state->spin_exits > PVSCHED_SPIN_EXITS/false/
