# SPDX-License-Identifier: GPL-2.0
# Keep a longer slice after a delayed dequeue.
/^void pvsched_requeue/,/^}/s/pvsched_cut_slice(se);/;/
