/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations that the files of the guest part share.
 */
#ifndef __PVSCHED_INTERNAL_H
#define __PVSCHED_INTERNAL_H

#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <asm/pvsched.h>

/* The files are built in: without a module name, set the prefix by hand. */
#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "pvsched."

/* Parts that the boot option pvsched= can name. */
enum pvsched_part {
	PVSCHED_PART_IPI,
	PVSCHED_PART_LOCK,
	PVSCHED_PART_FOLD,
	PVSCHED_NR_PARTS,
};

/*
 * Counters, per CPU; debugfs shows the sum.
 *
 * hypercalls:		yield hypercalls
 * hypercalls_refused:	yield hypercalls that returned an error
 * directed:		vCPUs that the host gave a CPU to
 * ipi_yields:		yields right after a call-function IPI was sent
 * ipi_wait_yields:	yields while waiting for its completion
 * ipi_wait_capped:	waits that used up their yields
 * ipi_waits:		waits measured, only while "stats" is on
 * ipi_wait_ns:		nanoseconds of these waits, at most a second of each
 * lock_handovers:	spinlocks taken by the queue head
 * lock_steals:		spinlocks stolen from a queue head that was off CPU
 * lock_halts:		times that a waiter halted
 * lock_kicks:		unlocks that kicked the queue head
 * lock_rescues:	queue heads that were kicked by a waiter, not by the unlock
 * lock_head_yields:	yields to the queue head, by an unlock or by the next waiter
 * lock_holder_yields:	yields of a waiter to a preempted lock holder
 * lock_untargeted_yields: yields of a queue head whose lock holder is unknown
 * fold_changes:	times that the number of vCPUs in use changed
 * fold_left:		tasks moved away from a folded CPU
 * fold_yields:		yields to folded CPUs that are to be left and are off CPU
 * fold_came:		tasks that a CPU fetched when it was taken into use again
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
	PVSCHED_LOCK_RESCUES,
	PVSCHED_LOCK_HEAD_YIELDS,
	PVSCHED_LOCK_HOLDER_YIELDS,
	PVSCHED_LOCK_UNTARGETED_YIELDS,
	PVSCHED_FOLD_CHANGES,
	PVSCHED_FOLD_LEFT,
	PVSCHED_FOLD_YIELDS,
	PVSCHED_FOLD_CAME,
	PVSCHED_NR_COUNTERS,
};

/* While on, waits are timed, whether the parts are on or off. */
extern bool pvsched_stats;

DECLARE_PER_CPU(u64 [PVSCHED_NR_COUNTERS], pvsched_counters);

static __always_inline void pvsched_counter_add(enum pvsched_counter counter, u64 n)
{
	this_cpu_add(pvsched_counters[counter], n);
}

static __always_inline void pvsched_counter_inc(enum pvsched_counter counter)
{
	pvsched_counter_add(counter, 1);
}

/*
 * The targets of one yield: a window of APIC IDs, aligned to its width. A VM
 * without holes in its APIC IDs then needs one hypercall for
 * PVSCHED_YIELD_MAX_TARGETS vCPUs.
 */
struct pvsched_window {
	u64 targets[2];
	u32 first;
	u32 reason;
};

#define PVSCHED_WINDOW(name, why) \
	struct pvsched_window name = { .reason = (why) }

bool pvsched_part_usable(enum pvsched_part part);
bool pvsched_yields_offered(void);
bool pvsched_host_answers(void);
bool pvsched_needs_help(int cpu);
void pvsched_window_add(struct pvsched_window *w, int cpu);
bool pvsched_window_yield(struct pvsched_window *w);
void pvsched_yield_untargeted(u32 reason);

static inline void pvsched_yield_to_cpu(int cpu, u32 reason)
{
	PVSCHED_WINDOW(window, reason);

	pvsched_window_add(&window, cpu);
	pvsched_window_yield(&window);
}

struct dentry;

void pvsched_ipi_init(void);
void pvsched_lock_debugfs(struct dentry *dir);
void pvsched_fold_init(void);
void pvsched_fold_debugfs(struct dentry *dir);
u32 pvsched_host_capacity(void);

#ifdef CONFIG_PVSCHED_LOCKTEST
void pvsched_test_debugfs(struct dentry *dir);
#else
static inline void pvsched_test_debugfs(struct dentry *dir) { }
#endif

#endif /* __PVSCHED_INTERNAL_H */
