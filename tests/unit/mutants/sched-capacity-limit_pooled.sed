# SPDX-License-Identifier: GPL-2.0
# Take no notice of strangers that use up a quota.
s/look->group = tg;/;/
