# SPDX-License-Identifier: GPL-2.0
# Forget why.
s/yielding_why = reason + 1/yielding_why = 0/
