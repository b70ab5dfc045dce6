# SPDX-License-Identifier: GPL-2.0
# Believe that a write had effect.
s/err ? err : sys__read_switch(part->path)/err ? err : on/
