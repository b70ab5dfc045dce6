# SPDX-License-Identifier: GPL-2.0
# Accept a lowest ID beyond 32 bits.
s/first > U32_MAX || //
