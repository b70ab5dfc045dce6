# SPDX-License-Identifier: GPL-2.0
# Believe a look that was interrupted.
s/if (steal != paravirt_steal_clock(smp_processor_id()))/if (0)/
