# SPDX-License-Identifier: GPL-2.0
# Inject where opening a window may sleep.
s/ || enable_apicv || / || /
