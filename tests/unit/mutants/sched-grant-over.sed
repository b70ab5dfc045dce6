# SPDX-License-Identifier: GPL-2.0
# Go on with a turn that another one has taken.
s/ || curr->deadline != grant->until ||/ ||/
