# SPDX-License-Identifier: GPL-2.0
# Forget the rest of a change.
s/pvsched_fold_state.unfinished = true;/;/
