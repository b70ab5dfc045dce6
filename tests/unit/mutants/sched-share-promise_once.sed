# SPDX-License-Identifier: GPL-2.0
# Withdraw a promise that is broken once.
s/++p->broken == 2/++p->broken/
