# SPDX-License-Identifier: GPL-2.0
# Forget at once who ran before.
s/max3(running, most, READ_ONCE(pvsched_crowd.most\[1\]))/max(running, most)/
