# SPDX-License-Identifier: GPL-2.0
# Say that more are in use than there are.
s/pvsched_note_use(min(cpus, pvsched_fold_state.foldable), /pvsched_note_use(cpus, /
