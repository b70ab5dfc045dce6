# SPDX-License-Identifier: GPL-2.0
# Change places although somebody waits here.
s/me->arch.pvsched.stays = look.vcpu\[HERE\];//
