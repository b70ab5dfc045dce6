# SPDX-License-Identifier: GPL-2.0
# Yield although switched off.
/"je    3f/d
