# SPDX-License-Identifier: GPL-2.0
# Let an idle group preempt.
s/se_is_idle(to) || //
