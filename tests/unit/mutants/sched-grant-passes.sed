# SPDX-License-Identifier: GPL-2.0
# Come before no stranger, not even within the budget.
s/grant->passes = passes;/grant->passes = NULL;/
