# SPDX-License-Identifier: GPL-2.0
# Keep the task's reference.
/fetched = pvsched_pull/,/return fetched/s/put_task_struct(task);/;/
