# SPDX-License-Identifier: GPL-2.0
# Take what another CPU did for what the target waited for.
s/READ_ONCE(state->granted_cpu) != raw_smp_processor_id() ||//
