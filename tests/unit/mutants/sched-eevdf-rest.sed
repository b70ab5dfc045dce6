# SPDX-License-Identifier: GPL-2.0
# Forget to scale the rest of a slice.
s/b->vruntime + pvsched_scale(rest_a, weight_a, weight_b)/b->vruntime + rest_a/
