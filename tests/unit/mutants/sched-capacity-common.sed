# SPDX-License-Identifier: GPL-2.0
# Take the first vCPU's group for all.
s/census->group = pvsched_common_group(.*/;/
