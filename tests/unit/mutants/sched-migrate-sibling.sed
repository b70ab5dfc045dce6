# SPDX-License-Identifier: GPL-2.0
# Swap with a task that a sibling keeps waiting.
s/curr->mm == p->mm || //
