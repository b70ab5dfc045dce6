# SPDX-License-Identifier: GPL-2.0
# See no strangers that share a CPU.
s/look->is_stacked = true;/;/
