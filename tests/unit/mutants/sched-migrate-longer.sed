# SPDX-License-Identifier: GPL-2.0
# Move a task into a queue that is as long.
s@from->nr_running <= to->nr_running || @@
