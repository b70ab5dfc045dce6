# SPDX-License-Identifier: GPL-2.0
# Grant a task of the idle policy.
s/ || task_has_idle_policy(p)//
