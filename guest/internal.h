/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the guest part share among themselves.
 */
#ifndef __PVSCHED_INTERNAL_H
#define __PVSCHED_INTERNAL_H

#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <asm/pvsched.h>

/* The files are objects of the kernel; give their parameters one home. */
#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "pvsched."

/* Parts that the boot option pvsched= can name. */
enum pvsched_part {
	PVSCHED_PART_IPI,
	PVSCHED_PART_LOCK,
	PVSCHED_NR_PARTS,
};

/*
 * Counters, per CPU, shown as a sum in debugfs.
 *
 * hypercalls:		yield hypercalls made
 * hypercalls_refused:	of those, answered with an error
 * directed:		vCPUs that the host gave a CPU to
 * ipi_yields:		yields when a call-function IPI was sent
 * ipi_wait_yields:	yields while its completion was waited for
 * ipi_wait_capped:	waits that used up their yields
 * ipi_waits:		waits measured, only while "stats" is on
 * ipi_wait_ns:		nanoseconds they took in all
 * lock_handovers:	spinlocks taken by the head of their queue
 * lock_steals:		and by a newcomer past a head that was off CPU
 * lock_halts:		times that a waiter went to sleep
 * lock_kicks:		unlocks that woke the head
 * lock_head_yields:	unlocks that yielded to a head that waits for a CPU
 * lock_holder_yields:	yields of a head, or of who may pass it, to a preempted holder
 * lock_anyone_yields:	and to those who may be it, the holder not being known
 */
enum pvsched_counter {
	PVSCHED_HYPERCALLS,
	PVSCHED_HYPERCALLS_REFUSED,
	PVSCHED_DIRECTED,
	PVSCHED_IPI_YIELDS,
	PVSCHED_IPI_WAIT_YIELDS,
	PVSCHED_IPI_WAIT_CAPPED,
	PVSCHED_IPI_WAITS,
	PVSCHED_IPI_WAIT_NS,
	PVSCHED_LOCK_HANDOVERS,
	PVSCHED_LOCK_STEALS,
	PVSCHED_LOCK_HALTS,
	PVSCHED_LOCK_KICKS,
	PVSCHED_LOCK_HEAD_YIELDS,
	PVSCHED_LOCK_HOLDER_YIELDS,
	PVSCHED_LOCK_ANYONE_YIELDS,
	PVSCHED_NR_COUNTERS,
};

/* The switch of the part "lock". */
extern bool pvsched_lock;

/* While on, waits are timed, with the parts on or off. */
extern bool pvsched_stats;

DECLARE_PER_CPU(u64 [PVSCHED_NR_COUNTERS], pvsched_counters);

static __always_inline void pvsched_count_add(enum pvsched_counter counter, u64 n)
{
	this_cpu_add(pvsched_counters[counter], n);
}

static __always_inline void pvsched_count(enum pvsched_counter counter)
{
	pvsched_count_add(counter, 1);
}

/*
 * The targets of one yield: a window of APIC IDs, aligned to its width, so
 * that a VM without holes in its IDs fits PVSCHED_YIELD_MAX_TARGETS vCPUs in it.
 */
struct pvsched_window {
	u64 targets[2];
	u32 first;
	u32 reason;
};

#define PVSCHED_WINDOW(name, why) \
	struct pvsched_window name = { .reason = (why) }

bool pvsched_part_usable(enum pvsched_part part);
bool pvsched_host_answers(void);
bool pvsched_needs_help(int cpu);
void pvsched_window_add(struct pvsched_window *w, int cpu);
bool pvsched_window_yield(struct pvsched_window *w);
void pvsched_yield_to_anyone(u32 reason);

struct dentry;

void pvsched_ipi_init(void);
void pvsched_ipi_debugfs(struct dentry *dir);
void pvsched_lock_debugfs(struct dentry *dir);

/* Called from pv_ops and from the unlock's assembler part. */
struct qspinlock;

void pvsched_spin_lock_slowpath(struct qspinlock *lock, u32 val);
void pvsched_unlocked(struct qspinlock *lock, u32 val, u8 locked);
void __raw_callee_save_pvsched_spin_unlock(struct qspinlock *lock);

#ifdef CONFIG_PVSCHED_LOCKTEST
void pvsched_test_debugfs(struct dentry *dir);
#else
static inline void pvsched_test_debugfs(struct dentry *dir) { }
#endif

#endif /* __PVSCHED_INTERNAL_H */
