# SPDX-License-Identifier: GPL-2.0
# Move a task of another class.
s/return pvsched_can_run_next(from, p) \&\& /return /
