# SPDX-License-Identifier: GPL-2.0
# Never forget that a quota bound.
s/again ? clamp(2 \* l->hold/1 ? clamp(2 * l->hold/
