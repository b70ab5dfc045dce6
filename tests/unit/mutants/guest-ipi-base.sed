# SPDX-License-Identifier: GPL-2.0
# Lose the IPI while the host refuses.
s/pvsched_base_send(mask);//
