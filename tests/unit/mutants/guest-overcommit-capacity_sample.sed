# SPDX-License-Identifier: GPL-2.0
# Compare the number for all with a sample.
s/(u64)s->wanting \* num_online_cpus()/(u64)s->wanting * s->taken/
