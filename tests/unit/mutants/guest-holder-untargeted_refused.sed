# SPDX-License-Identifier: GPL-2.0
# Ask a host that refuses.
/pvsched_help_unknown_holder(const/,/^}/s/!pvsched_host_answers()/0/
