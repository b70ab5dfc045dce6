# SPDX-License-Identifier: GPL-2.0
# Inject although something else was asked.
s/\& ~PVSCHED_OWN_REQUESTS/\& 0/
