# SPDX-License-Identifier: GPL-2.0
# Never leave again.
s/caller->arch.pvsched.stays = false;//
