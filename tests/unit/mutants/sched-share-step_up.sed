# SPDX-License-Identifier: GPL-2.0
# Go up after one look.
s/PVSCHED_LOOKS_UP	2/PVSCHED_LOOKS_UP	1/
