# SPDX-License-Identifier: GPL-2.0
# Forget in the next pick that a stranger is to wait.
s/^	grant->passes = due;$/	;/
