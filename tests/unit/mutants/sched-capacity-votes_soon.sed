# SPDX-License-Identifier: GPL-2.0
# Vote at once.
s/c->votes >= PVSCHED_VOTE_ON/c->votes/
