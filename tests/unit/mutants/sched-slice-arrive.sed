# SPDX-License-Identifier: GPL-2.0
# Let a stranger wait for longer slices.
s/likely(!\*long_slices) || //; s/pvsched_has_only_siblings(rq, p))$/true)/
