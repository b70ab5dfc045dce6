# SPDX-License-Identifier: GPL-2.0
# Stop at the first ID that no vCPU has.
/^static __always_inline int pvsched_deliver/,/^}/s/if (target)/if (!target)\n\t\t\tbreak;\n\t\telse/
