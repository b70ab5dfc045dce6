# SPDX-License-Identifier: GPL-2.0
# Name them however many they are.
s/if (named <= PVSCHED_MANY)$/if (1)/
s/if (++named <= PVSCHED_MANY)$/if (++named)/
