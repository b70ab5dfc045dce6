# SPDX-License-Identifier: GPL-2.0
# Fetch although switched off.
s/!READ_ONCE(pvsched_boost) || !single_task_running()/!single_task_running()/
