# SPDX-License-Identifier: GPL-2.0
# Overlook MWAIT.
s/guest->mwait = .*/guest->mwait = false;/
