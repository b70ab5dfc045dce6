# SPDX-License-Identifier: GPL-2.0
# Forget which vCPUs were named.
s/^\tpvsched_hint(target);$/\t;/
