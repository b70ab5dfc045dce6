# SPDX-License-Identifier: GPL-2.0
# Keep to the share at a step down.
s/if (is_void || (steps \&\& .*/if (is_void)/
