# SPDX-License-Identifier: GPL-2.0
# Count the time before load came.
s/^	       !pvsched_has_less(c);/	       0;/
