# SPDX-License-Identifier: GPL-2.0
# hangs
# Release the lock by two moves.
s/"1: xchg %dl,(%rdi)\\n\\t"/"1: mov (%rdi),%dl\\n\\tpush %rcx\\n\\tmov $20000,%ecx\\n4: pause\\n\\tloop 4b\\n\\tpop %rcx\\n\\tmovb $0,(%rdi)\\n\\t"/
