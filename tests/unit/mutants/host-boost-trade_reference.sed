# SPDX-License-Identifier: GPL-2.0
# Keep the task of who is sent.
/^void pvsched_send_displaced/,/^}/s/put_task_struct(task);//
