# SPDX-License-Identifier: GPL-2.0
# Serve the caller itself.
/if (target == caller)/,+1d
