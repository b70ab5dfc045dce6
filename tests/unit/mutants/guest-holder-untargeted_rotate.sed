# SPDX-License-Identifier: GPL-2.0
# Search the same CPUs each time.
s/this_cpu_write(pvsched_search_from, cpu);//
