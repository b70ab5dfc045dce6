# SPDX-License-Identifier: GPL-2.0
# Forget which strangers are kept to their CPUs.
s/c->stacks_until = .*/;/
