# SPDX-License-Identifier: GPL-2.0
# Count yields from before the last reading.
s/yields - before->bucket\[j\].yields/yields/
