/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's names for what the compiler can be told of a function. */
#ifndef BENCH_COMPILER_H
#define BENCH_COMPILER_H

#ifndef __printf
#define __printf(f, a)		__attribute__((format(printf, f, a)))
#endif
#ifndef __noreturn
#define __noreturn		__attribute__((noreturn))
#endif

#endif /* BENCH_COMPILER_H */
