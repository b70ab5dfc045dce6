# SPDX-License-Identifier: GPL-2.0
# Let the window wrap around at 2^32.
s/(u64)req->first + i/(u32)(req->first + i)/
