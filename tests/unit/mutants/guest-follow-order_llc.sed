# SPDX-License-Identifier: GPL-2.0
# Do not look at caches.
s/(u64)place\[place\[cpu\].llc\].in_llc << 16 | cpu/cpu/
