# SPDX-License-Identifier: GPL-2.0
# Without a CPU there is one.
s/!is_balanced || !nr ? 0/!is_balanced ? 0/
