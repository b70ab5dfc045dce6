# SPDX-License-Identifier: GPL-2.0
# Stay at the share when the VM wants little.
s/s->is_done = s->wanted/s->is_done |= s->wanted/
