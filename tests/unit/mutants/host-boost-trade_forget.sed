# SPDX-License-Identifier: GPL-2.0
# Send whoever gave the CPU on again and again.
s/WRITE_ONCE(state->displaced, NULL);//
