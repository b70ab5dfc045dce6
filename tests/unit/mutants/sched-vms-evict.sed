# SPDX-License-Identifier: GPL-2.0
# Evict the VM that was used last.
s/vm->used < best->used/vm->used > best->used/
