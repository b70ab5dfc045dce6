# SPDX-License-Identifier: GPL-2.0
# Never change places again after a yield that is not to.
s/me->arch.pvsched.stays = false;//
