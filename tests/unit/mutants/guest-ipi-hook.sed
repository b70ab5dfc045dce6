# SPDX-License-Identifier: GPL-2.0
# Forget to leave the wait to the base when off.
s/pvsched_switch(&pvsched_csd_hook, .*/pvsched_switch(\&pvsched_csd_hook, true);/
