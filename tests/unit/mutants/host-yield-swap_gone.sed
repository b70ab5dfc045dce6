# SPDX-License-Identifier: GPL-2.0
# Move a vCPU that is destroyed.
s/displaced ? pvsched_task_of(displaced) : NULL/pvsched_task_of(displaced)/
