# SPDX-License-Identifier: GPL-2.0
# Go on answering when switched off.
s/!READ_ONCE(pvsched_yield)/0/
