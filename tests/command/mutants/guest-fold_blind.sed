# SPDX-License-Identifier: GPL-2.0
# Folding is taken to need no number.
s/if (part__folds(part) && !guest->by_steal/if (0 \&\& !guest->by_steal/
