# SPDX-License-Identifier: GPL-2.0
# Take every return for one before the target ran.
s/if (READ_ONCE(target->arch.pvsched.runs) ==.*/if (true || me)/
