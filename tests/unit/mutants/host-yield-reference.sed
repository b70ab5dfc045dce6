# SPDX-License-Identifier: GPL-2.0
# Keep the target's task.
/^bool pvsched_direct/,/^}/s/put_task_struct(task);//
