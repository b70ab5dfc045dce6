# SPDX-License-Identifier: GPL-2.0
# Name the candidates however many there are.
s/if (found <= PVSCHED_MAX_CANDIDATES)$/if (1)/
s/if (++found <= PVSCHED_MAX_CANDIDATES)$/if (++found)/
