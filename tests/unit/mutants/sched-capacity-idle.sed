# SPDX-License-Identifier: GPL-2.0
# See no idle CPU.
s/cpus->is_idle |= .*/;/
