# SPDX-License-Identifier: GPL-2.0
# Forget to leave the wait to the base when off.
s/WRITE_ONCE(pvsched_csd_on, .*/WRITE_ONCE(pvsched_csd_on, true);/
