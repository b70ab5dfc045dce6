# SPDX-License-Identifier: GPL-2.0
# Say more than all.
s/min(look.quota, all)/look.quota/
