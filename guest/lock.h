/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations that the files of the guest's spinlock share: its switch, its
 * tunables, and the calls from one file to the next.
 */
#ifndef __PVSCHED_LOCK_H
#define __PVSCHED_LOCK_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "limits.h"

struct pvsched_node;
struct qspinlock;

/* The switch of the part "lock". The unlock's assembler reads it, too. */
extern bool pvsched_lock;

/*
 * Tunables, in debugfs.
 *
 * max_steals:	steals that a queue head in an overcommitted VM puts up with
 * node_spins:	spins after which a queued waiter of an overcommitted VM halts, also
 *		the queue head
 * yield_after:	steals after which an unlock yields to the queue head
 */
extern u32 pvsched_lock_max_steals;
extern u32 pvsched_lock_node_spins;
extern u32 pvsched_lock_yield_after;

static inline bool pvsched_lock_active(void)
{
	return READ_ONCE(pvsched_lock);
}

/*
 * What one wait knows of a queue head that does not take a free lock.
 *
 * @yields:	number of yields so far
 * @was_free:	whether the lock was free at the last look
 */
struct pvsched_rescue {
	u32 yields;
	bool was_free;
};

/* tunables.c */
void pvsched_lock_switch_on(void);
void pvsched_note_lock_wait(u64 start);

/* holder.c */
bool pvsched_help_holder(int holder, u32 *yields);
void pvsched_help_unknown_holder(const struct qspinlock *lock, u32 spins, u32 *yields);

/* qspinlock.c and unlock.c; called from pv_ops and from the unlock's assembler. */
void pvsched_spin_lock_slowpath(struct qspinlock *lock, u32 val);
void pvsched_rescue_head(struct qspinlock *lock, struct pvsched_node *head,
			 struct pvsched_rescue *r);
void pvsched_unlocked(struct qspinlock *lock, u32 val, u8 locked);
void __raw_callee_save_pvsched_spin_unlock(struct qspinlock *lock);

#endif /* __PVSCHED_LOCK_H */
