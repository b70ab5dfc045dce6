# SPDX-License-Identifier: GPL-2.0
# Exchange turns that are any distance apart.
s/return delta > PVSCHED_MAX_APART || delta < -PVSCHED_MAX_APART;/return false;/
