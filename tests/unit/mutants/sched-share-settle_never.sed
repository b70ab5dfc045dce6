# SPDX-License-Identifier: GPL-2.0
# Never take the share for the number.
s/s->is_done = s->wanted .*/;/
