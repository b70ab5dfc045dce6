# SPDX-License-Identifier: GPL-2.0
# Settle beside strangers that change.
s/if (is_void || steps)/if (is_void)/
