# SPDX-License-Identifier: GPL-2.0
# Check no promise.
s/} else if (++p->broken == 2) {/} else if (0) {/
