# SPDX-License-Identifier: GPL-2.0
# Yield to the target of the next call.
s/__pvsched_csd_wait(csd, this_cpu_read(pvsched_csd_target))/__pvsched_csd_wait(csd, cpu)/
