# SPDX-License-Identifier: GPL-2.0
# Do not yield to CPUs that are to be left.
s/^\t\tpvsched_help_to_settle();/\t\t;/
