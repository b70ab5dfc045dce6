# SPDX-License-Identifier: GPL-2.0
# Leave before the last one was asked for.
s/ || i + 1 < choice->nr_remote);/);/
