# SPDX-License-Identifier: GPL-2.0
# Take no notice of a caller that is alone.
s/.alone = single_task_running(),/.alone = false,/
