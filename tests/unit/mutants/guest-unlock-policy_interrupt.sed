# SPDX-License-Identifier: GPL-2.0
# Yield in an interrupt.
s/in_task() && //
