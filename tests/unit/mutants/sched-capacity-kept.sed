# SPDX-License-Identifier: GPL-2.0
# Forget that strangers are kept to a CPU.
s/return cpus->are_kept ? 1 : strangers->runnable;/return strangers->runnable;/
