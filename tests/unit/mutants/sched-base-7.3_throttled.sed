# SPDX-License-Identifier: GPL-2.0
# Move a task to where its group is throttled.
/VERSION_MAJOR >= 7/,/^#else/s/return lb_throttled_hierarchy(p, to);/return false;/
