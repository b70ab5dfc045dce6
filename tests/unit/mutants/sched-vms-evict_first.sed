# SPDX-License-Identifier: GPL-2.0
# Do not remember when a VM was used.
/^\tbest->used = now;/d
