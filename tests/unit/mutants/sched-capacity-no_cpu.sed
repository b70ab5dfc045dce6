# SPDX-License-Identifier: GPL-2.0
# Fold on no CPU.
s/return is_balanced \&\& nr;/return is_balanced;/
