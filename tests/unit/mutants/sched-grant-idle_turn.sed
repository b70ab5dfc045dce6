# SPDX-License-Identifier: GPL-2.0
# Give the turn of a task to an idle group.
s/ || se_is_idle(to))$/)/
