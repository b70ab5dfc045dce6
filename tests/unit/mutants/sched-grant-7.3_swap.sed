# SPDX-License-Identifier: GPL-2.0
# Exchange the turn that a swap has brought, which is another one at another weight.
s/^	return grant->alone \&\& grant->se == to/	return 0 \&\& grant->se == to/
