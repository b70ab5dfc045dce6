# SPDX-License-Identifier: GPL-2.0
# Take strangers for kept after one look.
s/PVSCHED_STACK_LOOKS	8/PVSCHED_STACK_LOOKS	1/
