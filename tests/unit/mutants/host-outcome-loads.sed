# SPDX-License-Identifier: GPL-2.0
# Do not see that another vCPU was next.
s/READ_ONCE(state->granted_loads) == loads/true/
