# SPDX-License-Identifier: GPL-2.0
# Ask for ever.
/pvsched_help_anyone(const/,/^}/s/\*yields >= READ_ONCE(pvsched_lock_max_yields)/0/
