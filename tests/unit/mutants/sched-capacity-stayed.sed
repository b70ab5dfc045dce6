# SPDX-License-Identifier: GPL-2.0
# See strangers only once.
s/pvsched_put_cpu(&c->seen, .*/;/
