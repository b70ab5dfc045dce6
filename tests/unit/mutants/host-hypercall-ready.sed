# SPDX-License-Identifier: GPL-2.0
# Serve vCPUs that run or sleep.
s/!READ_ONCE(target->ready)/0/
