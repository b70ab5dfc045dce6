# SPDX-License-Identifier: GPL-2.0
# Fold on CPUs without balance.
s/return is_balanced \&\& nr;/return nr;/
