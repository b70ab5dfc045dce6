# SPDX-License-Identifier: GPL-2.0
# Fetch to a CPU that has work.
s/!READ_ONCE(pvsched_boost) || !single_task_running()/!READ_ONCE(pvsched_boost)/
