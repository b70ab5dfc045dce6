# SPDX-License-Identifier: GPL-2.0
# Bound a task by the average that it has where the base placed it.
/VERSION_MAJOR >= 7/,/^#else/s/^	return average;$/	return avg_vruntime(pvsched_queue(se));/
