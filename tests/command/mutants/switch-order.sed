# SPDX-License-Identifier: GPL-2.0
# Switch off in the order of switching on.
s/on ? i : count - 1 - i/i/
