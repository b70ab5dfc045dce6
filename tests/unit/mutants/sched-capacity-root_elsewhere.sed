# SPDX-License-Identifier: GPL-2.0
# Take tasks on other CPUs for strangers.
s/tg \&\& pvsched_parent_of(tg) ? cpu_active_mask/1 ? cpu_active_mask/
