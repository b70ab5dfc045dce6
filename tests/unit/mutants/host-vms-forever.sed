# SPDX-License-Identifier: GPL-2.0
# Never forget who took turns.
s/vm->shared \&\& now - vm->shared < PVSCHED_LATELY_NS/vm->shared/
