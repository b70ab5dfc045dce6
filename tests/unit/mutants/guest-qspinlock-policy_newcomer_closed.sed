# SPDX-License-Identifier: GPL-2.0
# Trust the last look when the lock was closed since.
s/ || ((val ^ seen) \& _Q_PENDING_MASK)//
