# SPDX-License-Identifier: GPL-2.0
# CPUs that are gone have a place.
s/return cpu_active(cpu) \&\& /return /
