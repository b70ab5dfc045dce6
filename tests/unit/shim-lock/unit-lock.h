/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel as the guest's spinlock sees it, for real threads. Atomics are the
 * compiler's, so that ThreadSanitizer understands them. Each thread is a CPU. A test
 * defines the functions whose calls it observes or whose results it decides.
 */
#ifndef _UNIT_LOCK_H
#define _UNIT_LOCK_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../shim/linux/types.h"
#include "../../../abi/pvsched.h"

#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define noinline	__attribute__((noinline))
#define __init
#define __lockfunc
#define __read_mostly
#define __ro_after_init
#define __visible	__attribute__((used))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define __stringify_1(x...)	#x
#define __stringify(x...)	__stringify_1(x)
#define BIT(n)		(1UL << (n))
#define GENMASK(h, l)	((~0UL << (l)) & (~0UL >> (63 - (h))))
#define U32_MAX		((u32)~0U)
#undef static_assert
#define static_assert(e)	_Static_assert(e, #e)
#define max(a, b)	((a) > (b) ? (a) : (b))
#define max3(a, b, c)	max(max(a, b), c)

/* Memory. A test may delay an access: a race of two accesses needs time between them. */
void unit_delay(void);

#define READ_ONCE(x)		(unit_delay(), __atomic_load_n(&(x), __ATOMIC_RELAXED))
#define WRITE_ONCE(x, v)	(unit_delay(), __atomic_store_n(&(x), v, __ATOMIC_RELAXED))
#define barrier()		__asm__ volatile("" : : : "memory")
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define xchg(p, v)		(unit_delay(), __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST))
#define try_cmpxchg(p, old, v)						\
	(unit_delay(), __atomic_compare_exchange_n(p, old, v, false, __ATOMIC_SEQ_CST,	\
						   __ATOMIC_RELAXED))
#define try_cmpxchg_acquire(p, old, v)					\
	(unit_delay(), __atomic_compare_exchange_n(p, old, v, false, __ATOMIC_ACQUIRE,	\
						   __ATOMIC_RELAXED))
#define cmpxchg(p, old, v)						\
({									\
	__typeof__(*(p)) unit_old = (old);				\
									\
	try_cmpxchg(p, &unit_old, v);					\
	unit_old;							\
})
#define smp_cond_load_relaxed(p, cond)					\
({									\
	__typeof__(*(p)) VAL;						\
									\
	while (VAL = READ_ONCE(*(p)), !(cond))				\
		cpu_relax();						\
	VAL;								\
})

typedef struct {
	int counter;
} atomic_t;

#define atomic_read(v)	READ_ONCE((v)->counter)
#define atomic_try_cmpxchg(v, old, new)	\
	try_cmpxchg((u32 *)&(v)->counter, old, new)
#define atomic_try_cmpxchg_acquire(v, old, new)	\
	try_cmpxchg_acquire((u32 *)&(v)->counter, old, new)

/* The lock word, as the base lays it out for fewer than 16384 CPUs */
struct qspinlock {
	union {
		atomic_t val;
		struct {
			u8 locked;
			u8 pending;
		};
		struct {
			u16 locked_pending;
			u16 tail;
		};
	};
};

#define _Q_LOCKED_OFFSET	0
#define _Q_LOCKED_MASK		0xffU
#define _Q_LOCKED_VAL		1U
#define _Q_PENDING_OFFSET	8
#define _Q_PENDING_BITS		8
#define _Q_PENDING_MASK		0xff00U
#define _Q_TAIL_IDX_OFFSET	16
#define _Q_TAIL_IDX_MASK	0x30000U
#define _Q_TAIL_CPU_OFFSET	18
#define _Q_TAIL_MASK		0xffff0000U

/* Short, so that waiters go to sleep often */
#define SPIN_THRESHOLD		1024

/* CPUs */
#define UNIT_CPUS		256

extern unsigned int nr_cpu_ids;
extern __thread int unit_cpu;

#define smp_processor_id()	(unit_cpu)
#define cpu_possible(cpu)	((cpu) < nr_cpu_ids)
#define for_each_possible_cpu(cpu)	\
	for ((cpu) = 0; (cpu) < (int)nr_cpu_ids; (cpu)++)
unsigned int unit_online_cpus(void);

#define num_online_cpus()	unit_online_cpus()

#define for_each_online_cpu(cpu)	\
	for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++) if (cpu_online(cpu))

#define cpu_online_mask		NULL
#define for_each_cpu_wrap(cpu, mask, start)				\
	for (unsigned int unit_n = 0; unit_n < nr_cpu_ids &&		\
	     ((cpu) = ((start) + unit_n) % nr_cpu_ids, true); unit_n++)	\
		if (cpu_online(cpu))

#define DECLARE_PER_CPU(type, name)		extern __typeof__(type) name[UNIT_CPUS]
#define DECLARE_PER_CPU_ALIGNED(type, name)	extern __typeof__(type) name[UNIT_CPUS]
#define DEFINE_PER_CPU(type, name)		__typeof__(type) name[UNIT_CPUS]
#define DEFINE_PER_CPU_ALIGNED(type, name)	__typeof__(type) name[UNIT_CPUS]
#define per_cpu(var, cpu)		((var)[cpu])
#define per_cpu_ptr(ptr, cpu)		(&(*(ptr))[cpu])
#define this_cpu_ptr(ptr)		per_cpu_ptr(ptr, unit_cpu)
#define this_cpu_read(var)		per_cpu(var, unit_cpu)
#define this_cpu_write(var, v)		(per_cpu(var, unit_cpu) = (v))
#define this_cpu_add(var, n)		\
	__atomic_fetch_add(&unit_counter[&(var) - &pvsched_counters[0]], n, __ATOMIC_RELAXED)

extern u64 unit_counter[];

void cpu_relax(void);
bool vcpu_is_preempted(int cpu);
bool cpu_online(int cpu);
bool idle_cpu(int cpu);

/* Just an address */
struct task_struct {
	int cpu;
};

struct pcpu_hot {
	struct task_struct *current_task;
};

extern struct pcpu_hot pcpu_hot[];

struct task_struct *idle_task(int cpu);
void pv_wait(u8 *ptr, u8 val);
void pv_kick(int cpu);

/* Context: spin_lock() has counted one when the lock's own code runs. */
#define PREEMPT_MASK		0xff
#define PREEMPT_DISABLE_OFFSET	1

int preempt_count(void);
bool in_task(void);
bool irqs_disabled(void);

/* Time */
#define HZ		250

unsigned long unit_jiffies(void);
u64 paravirt_steal_clock(int cpu);
u64 local_clock(void);

#define INITIAL_JIFFIES		0UL
#define jiffies			unit_jiffies()
#define time_before(a, b)	((long)((a) - (b)) < 0)
#define time_after(a, b)	time_before(b, a)

/* Parameters, pv_ops and debugfs */
struct dentry;
struct kernel_param;

struct kernel_param_ops {
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
};

struct paravirt_callee_save {
	void (*func)(struct qspinlock *lock);
};

struct unit_pv_ops {
	struct {
		void (*queued_spin_lock_slowpath)(struct qspinlock *lock, u32 val);
		struct paravirt_callee_save queued_spin_unlock;
	} lock;
};

extern struct unit_pv_ops pv_ops;

#define __PV_IS_CALLEE_SAVE(fn)	((struct paravirt_callee_save){ fn })

/*
 * The unlock is assembler, which ThreadSanitizer cannot instrument: with it the test
 * has an unlock of its own, in C. Otherwise the assembler itself is tested.
 */
#ifdef __SANITIZE_THREAD__
#define DEFINE_ASM_FUNC(fn, text, section)
#define __PV_CALLEE_SAVE_REGS_THUNK(fn, section)
#else
#define DEFINE_ASM_FUNC(fn, text, section)				\
	__asm__(".text\n.globl " #fn "\n.type " #fn ", @function\n"	\
		#fn ":\n" text "ret\n.size " #fn ", .-" #fn "\n")
#define __PV_CALLEE_SAVE_REGS_THUNK(fn, section)			\
	__asm__(".text\n.type __raw_callee_save_" #fn ", @function\n"	\
		"__raw_callee_save_" #fn ":\n"				\
		"push %rbp\nmov %rsp,%rbp\nand $-16,%rsp\n"		\
		"push %rcx\npush %rdx\npush %rsi\npush %rdi\n"		\
		"push %r8\npush %r9\npush %r10\npush %r11\n"		\
		"call " #fn "\n"					\
		"pop %r11\npop %r10\npop %r9\npop %r8\n"		\
		"pop %rdi\npop %rsi\npop %rdx\npop %rcx\n"		\
		"mov %rbp,%rsp\npop %rbp\nret\n")
#endif
#define FRAME_BEGIN
#define FRAME_END
#define LOCK_PREFIX	"lock; "
#define ASM_RET		"ret\n\t"

#define LCB_F_SPIN	1
#define trace_contention_begin(lock, flags)
#define trace_contention_end(lock, ret)

extern bool unit_corrupted;

#define debug_locks_silent	0
#define WARN(cond, ...)		((void)((cond) && (unit_corrupted = true)))
#define pr_info(...)		((void)0)

int kstrtobool(const char *s, bool *res);
int param_get_bool(char *buffer, const struct kernel_param *kp);
#define module_param_cb(name, param_ops, param_arg, perm)		\
	const struct kernel_param_ops *unit_param_##name = param_ops

#define DEFINE_DEBUGFS_ATTRIBUTE(name, get_fn, set_fn, fmt)		\
	int (*unit_##name[])() = { (int (*)())(get_fn), (int (*)())(set_fn) }
#define debugfs_create_u32(name, mode, dir, value)	\
	((void)(dir), unit_tunable(name, value))
#define debugfs_create_file_unsafe(name, mode, dir, data, fops)	((void)(dir))

void unit_tunable(const char *name, u32 *value);
void pvsched_lock_init(void);

#endif /* _UNIT_LOCK_H */
