# SPDX-License-Identifier: GPL-2.0
# Ignore the fault injection.
s/!pvsched_drop_yield()/1/
