# SPDX-License-Identifier: GPL-2.0
# Leave although there is more to do here.
s/ && !me->arch.pvsched.stays//
