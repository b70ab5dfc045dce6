# SPDX-License-Identifier: GPL-2.0
# Count strangers about to sleep.
s/all.runnable <= own.runnable || //
