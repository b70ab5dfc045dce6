# SPDX-License-Identifier: GPL-2.0
# Count what the VM used.
s/all.util_avg -= .*/;/
