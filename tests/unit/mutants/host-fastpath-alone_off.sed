# SPDX-License-Identifier: GPL-2.0
# Leave what the base answers with nothing.
s/(READ_ONCE(pvsched_boost) || !single_task_running())/true/
