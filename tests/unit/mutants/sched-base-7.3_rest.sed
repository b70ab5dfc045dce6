# SPDX-License-Identifier: GPL-2.0
# Scale a turn and not what is left of it.
/VERSION_MAJOR >= 7/,/^#else/s/turn->vruntime + pvsched_reweigh(rest, .*/turn->vruntime + rest;/
