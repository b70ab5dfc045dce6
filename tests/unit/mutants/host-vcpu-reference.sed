# SPDX-License-Identifier: GPL-2.0
# Keep the task's reference.
s/put_task_struct(task);/;/
