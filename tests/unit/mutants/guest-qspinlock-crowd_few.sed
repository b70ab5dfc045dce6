# SPDX-License-Identifier: GPL-2.0
# A few more are a crowd.
s/ && wanting > most + PVSCHED_FEW//
