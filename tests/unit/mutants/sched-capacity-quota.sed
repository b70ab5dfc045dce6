# SPDX-License-Identifier: GPL-2.0
# Ignore quotas.
s/if (quota == RUNTIME_INF || !period)/if (1)/
