# SPDX-License-Identifier: GPL-2.0
# Trace what does not change.
s/if (number == vm->number \&\& .*/if (0)/
