/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the part "fold" share; see fold.c.
 */
#ifndef __PVSCHED_FOLD_H
#define __PVSCHED_FOLD_H

#include <linux/types.h>

/* One CPU, as in struct pvsched_steal_time::capacity */
#define PVSCHED_CAPACITY_CPU	1024

/*
 * How many vCPUs are in use, and when they may become fewer.
 *
 * @cpus:	in use
 * @peak:	most that were called for since @since
 * @lower:	whether fewer than @cpus are called for, since @since
 * @since:	ns
 * @hold:	ns for which fewer have to be called for
 * @folded_at:	ns when they last became fewer, or 0 if they became more since
 */
struct pvsched_follow {
	unsigned int cpus;
	unsigned int peak;
	bool lower;
	u64 since;
	u64 hold;
	u64 folded_at;
};

/*
 * The same by the guest's own steal time.
 *
 * @at:		ns of the last look
 * @steal:	ns that all vCPUs had been off CPU by then
 */
struct pvsched_by_steal {
	u64 at;
	u64 steal;
};

/*
 * Where a CPU is.
 *
 * @node, @llc:	the first CPU of its node and of its last-level cache
 * @in_node, @in_llc: how many CPUs of those came before, at that first CPU
 * @placed:	it has a place in the order
 */
struct pvsched_place {
	u16 node;
	u16 llc;
	u16 in_node;
	u16 in_llc;
	bool placed;
};

/* follow.c: arithmetic */
unsigned int pvsched_capacity_cpus(u32 capacity, unsigned int all);
unsigned int pvsched_follow(struct pvsched_follow *f, unsigned int wanted, u64 now);
unsigned int pvsched_follow_steal(struct pvsched_by_steal *s, u64 steal, u64 now,
				  unsigned int all, unsigned int cpus);
bool pvsched_is_fair_part(unsigned int used, unsigned int own, unsigned int all_used,
			  unsigned int all);
void pvsched_order_cpus(struct pvsched_place *place, unsigned int nr, u16 *order);

/* preferred.c */
struct task_struct;

void pvsched_note_use(unsigned int used, unsigned int foldable);
void pvsched_topology(int cpu, struct pvsched_place *place);
int pvsched_refuge(struct task_struct *p, int from);

/* evacuate.c */
void pvsched_settle(int cpu);
void pvsched_leave(int cpu);
void pvsched_help_to_settle(void);

/* fold.c: times since the number changed, for debugfs */
enum pvsched_fold_time {
	PVSCHED_FOLD_DECIDED,
	PVSCHED_FOLD_EMPTIED,
	PVSCHED_FOLD_FILLED,
	PVSCHED_NR_FOLD_TIMES,
};

void pvsched_fold_note(enum pvsched_fold_time what);

#endif /* __PVSCHED_FOLD_H */
