# SPDX-License-Identifier: GPL-2.0
# Lose a task's reference.
s/put_task_struct(task);//
