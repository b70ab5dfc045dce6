# SPDX-License-Identifier: GPL-2.0
# Forget who was named.
s/^\tpvsched_named(target);$/\t;/
