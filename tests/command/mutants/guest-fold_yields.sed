# SPDX-License-Identifier: GPL-2.0
# Folding is taken to need yields.
s/if (!part__folds(part) && !guest__has/if (!guest__has/
