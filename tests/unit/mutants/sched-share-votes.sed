# SPDX-License-Identifier: GPL-2.0
# Let vCPUs be no votes.
s/c->is_voting = true;/c->is_voting = false;/
