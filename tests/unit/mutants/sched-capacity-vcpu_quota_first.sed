# SPDX-License-Identifier: GPL-2.0
# Ignore quotas of single vCPUs, found from the first one.
s/\*quotas |= pvsched_quota_of(x) != U32_MAX;/;/
