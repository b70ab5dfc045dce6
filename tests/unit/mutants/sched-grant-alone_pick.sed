# SPDX-License-Identifier: GPL-2.0
# Exchange turns also where no stranger waits.
s/^	if (pvsched_is_among_siblings(next) \&\& pvsched_in/	if (0 \&\& pvsched_in/
