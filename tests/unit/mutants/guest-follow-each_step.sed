# SPDX-License-Identifier: GPL-2.0
# Each step up counts as a rise.
s/f->folded_at = 0;$/;/
