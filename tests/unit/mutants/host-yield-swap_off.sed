# SPDX-License-Identifier: GPL-2.0
# Swap although switched off.
s/ && READ_ONCE(pvsched_swap) &&$/ \&\&/
