# SPDX-License-Identifier: GPL-2.0
# Exchange no turns beside a stranger.
s/return p \&\& pvsched_has_only_siblings(.*/return p;/
