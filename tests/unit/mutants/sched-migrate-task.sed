# SPDX-License-Identifier: GPL-2.0
# Take the position of another task.
s/return pos->task == p \&\& /return /
