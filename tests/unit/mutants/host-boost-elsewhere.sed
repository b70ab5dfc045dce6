# SPDX-License-Identifier: GPL-2.0
# Disturb other CPUs for anybody.
s/ \&\& !pvsched_is_certain(reason))/ \&\& false)/
