# SPDX-License-Identifier: GPL-2.0
# Take no notice of tasks of the group on other CPUs.
s/tg \&\& pvsched_parent_of(tg) ? cpu_active_mask/0 ? cpu_active_mask/
