# SPDX-License-Identifier: GPL-2.0
# Send it to where it is.
s/displaced_to, cpu);/displaced_to, raw_smp_processor_id());/
