# SPDX-License-Identifier: GPL-2.0
# Count quotas that throttle nothing.
s/for (tg = census->group; binds \&\& /for (tg = census->group; /
