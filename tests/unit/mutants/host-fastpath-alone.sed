# SPDX-License-Identifier: GPL-2.0
# Answer the yield of a caller that is alone on its CPU.
s/(READ_ONCE(pvsched_boost) || !single_task_running())/!single_task_running()/
