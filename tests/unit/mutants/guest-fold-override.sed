# SPDX-License-Identifier: GPL-2.0
# The number of a test changes nothing.
s/u32 capacity = READ_ONCE(pvsched_fold_override);/u32 capacity = 0;/
