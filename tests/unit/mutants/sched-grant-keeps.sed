# SPDX-License-Identifier: GPL-2.0
# Let the caller run on.
s/^\t\tschedule();/\t\t;/
