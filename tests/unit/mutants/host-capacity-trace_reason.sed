# SPDX-License-Identifier: GPL-2.0
# Trace no new reason for the same number.
s/ \&\& reason == vm->reason//
