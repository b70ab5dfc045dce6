# SPDX-License-Identifier: GPL-2.0
# Swap although a target waits here.
s/choice->local || i + 1/i + 1/
