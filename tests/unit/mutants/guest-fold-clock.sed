# SPDX-License-Identifier: GPL-2.0
# Let time go back.
s/return max(local_clock(), pvsched_fold_state.at);/return local_clock();/
