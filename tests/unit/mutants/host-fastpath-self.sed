# SPDX-License-Identifier: GPL-2.0
# Count the caller as absent.
/else if (target == caller)/,+1s/tally->self++/tally->absent++/
