# SPDX-License-Identifier: GPL-2.0
# Believe any number of descriptions.
s/header.num_desc > MAX_DESCS/0/
