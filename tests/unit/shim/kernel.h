/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kernel code takes for granted, for user space: just as much of it as
 * the files under test use. Whatever a test wants to see or to decide is a
 * function or a variable that the test defines.
 */
#ifndef _UNIT_KERNEL_H
#define _UNIT_KERNEL_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>

#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define __init
#define __percpu
#define __rcu
#define __read_mostly
#define __ro_after_init

#define EXPORT_SYMBOL_GPL(name)

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define smp_mb()		__sync_synchronize()
#define data_race(x)		(x)
#define __no_kcsan
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile __typeof__(x) *)&(x) = (val))

#define xchg(p, v)	__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define cmpxchg(p, old, v)						\
({									\
	__typeof__(*(p)) unit_old = (old);				\
									\
	__atomic_compare_exchange_n(p, &unit_old, v, 0, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_SEQ_CST);			\
	unit_old;							\
})

#define ilog2(n)	(63 - __builtin_clzll(n))

#define U32_MAX		((u32)~0U)
#define U64_MAX		(~0ull)
#define BIT(n)		(1UL << (n))
#define BIT_ULL(n)	(1ULL << (n))
#define GENMASK(h, l)	((~0UL << (l)) & (~0UL >> (63 - (h))))

#define round_down(x, y)	((x) & ~((__typeof__(x))(y) - 1))

#define min(a, b)	((a) < (b) ? (a) : (b))
#define max(a, b)	((a) > (b) ? (a) : (b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define clamp(v, lo, hi)						\
({									\
	__typeof__(v) unit_v = (v);					\
									\
	unit_v < (lo) ? (lo) : unit_v > (hi) ? (hi) : unit_v;		\
})

#define NSEC_PER_USEC	1000UL
#define NSEC_PER_MSEC	1000000UL
#define NSEC_PER_SEC	1000000000UL

#define time_after_eq64(a, b)	((s64)((a) - (b)) >= 0)
#define time_before64(a, b)	((s64)((a) - (b)) < 0)

/* A rule of the kernel was broken: the test that runs has failed. */
#define unit_require(cond)						\
	do {								\
		if (!(cond)) {						\
			printf("# %s:%d: broken: %s\n", __FILE__,	\
			       __LINE__, #cond);			\
			fflush(stdout);					\
			abort();					\
		}							\
	} while (0)

/* Things that kernel code hands to a registry by name, for a test to find. */
void unit_register(const char *kind, const char *name, const void *thing);
void *unit_find(const char *kind, const char *name);

#define UNIT_REGISTER(kind, id, name, thing)				\
	static void __attribute__((constructor)) unit_register_##id(void) \
	{								\
		unit_register(kind, name, thing);			\
	}

#endif /* _UNIT_KERNEL_H */
