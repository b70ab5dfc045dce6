# SPDX-License-Identifier: GPL-2.0
# Move the caller again and again.
s/WRITE_ONCE(state->displaced, 0);//
