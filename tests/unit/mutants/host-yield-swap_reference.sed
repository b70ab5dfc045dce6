# SPDX-License-Identifier: GPL-2.0
# Keep the task that is moved.
/^void pvsched_move_displaced/,/^}/s/put_task_struct(task);//
