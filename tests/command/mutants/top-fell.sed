# SPDX-License-Identifier: GPL-2.0
# Subtract from a number that fell.
s/vm->run_ns < before->run_ns/0/
