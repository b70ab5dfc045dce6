# SPDX-License-Identifier: GPL-2.0
# Call the number a share before it is.
s/if (pvsched_has_less(c) \&\& .*/if (0)/
