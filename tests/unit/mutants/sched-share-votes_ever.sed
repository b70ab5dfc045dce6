# SPDX-License-Identifier: GPL-2.0
# Let vCPUs be votes for ever.
s/c->is_voting = false;/;/
