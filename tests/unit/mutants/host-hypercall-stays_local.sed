# SPDX-License-Identifier: GPL-2.0
# Change places although somebody waits here.
s/choice->local || i + 1/i + 1/
