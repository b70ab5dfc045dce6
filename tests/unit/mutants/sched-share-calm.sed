# SPDX-License-Identifier: GPL-2.0
# Forget how much looks deviate.
s/mean->deviation += .*/mean->deviation = 0;/
