// SPDX-License-Identifier: GPL-2.0
/*
 * Run a waiting vCPU next: on the caller's CPU, on the CPU in whose queue it
 * waits, or here, when the caller's CPU has nothing else to do, or when the
 * caller can wait there in its place.
 *
 * The base's yield_to() leaves a hint that the pick drops when the target has
 * used up its lag, as one that was preempted typically has: then the caller
 * itself runs on, and what it gave up goes to whoever shares its CPU, be that
 * another VM. And it gives up the caller's CPU whomever it names, which is
 * wrong for a target that waits elsewhere.
 *
 * Here a yield has two halves. The caller hands the rest of its slice to the
 * target, as if the target had run that much less and the caller that much
 * more: at every level of the hierarchy on which their paths differ, so that
 * the average virtual time, and with it everybody else's share, stays where it
 * is. And the target may be picked although it is not eligible, as a loan:
 * its clock runs on while it runs, so it waits that much longer afterwards.
 * The loan ends where the scheduler's own bound on lag does, and a target
 * beyond it is not granted. So no VM gains by yielding, and none loses. Nor is
 * a target granted while another one is still to run next.
 *
 * A target that another VM keeps waiting elsewhere changes places with the caller
 * instead: two queues stay what they are, but for who is who.
 *
 * Besides, vCPUs of one VM that share a CPU have longer slices than other tasks.
 *
 * kernel/sched/fair.c includes this file, for the entities of the fair class
 * are known only there.
 */
#ifdef CONFIG_KVM_PVSCHED

#include <linux/pvsched_sched.h>

#include "pvsched_vms.c"

/* Levels of the hierarchy, from the root down, on which a loan is possible. */
#define PVSCHED_LEVELS	8

/* What is left of the slice of who was yielded to, at least. */
#define PVSCHED_LEAST_RUN_NS	NSEC_PER_MSEC

/*
 * Whom the last grant on this CPU lends to: compared, never followed. It ends
 * when the entity runs. Protected by the run queue's lock.
 */
struct pvsched_loan {
	struct sched_entity *se;
	u64 ran;
};

static DEFINE_PER_CPU(struct pvsched_loan [PVSCHED_LEVELS], pvsched_loans);

bool pvsched_slice __read_mostly = true;
EXPORT_SYMBOL_GPL(pvsched_slice);

/* The longest that sched_setattr() takes, too. */
#define PVSCHED_MAX_SLICE_US	100000u

/*
 * The slice of a vCPU beside a sibling, unless the base's is longer; three ticks
 * of 250 Hz in effect.
 */
unsigned int pvsched_slice_us __read_mostly = 9000;
EXPORT_SYMBOL_GPL(pvsched_slice_us);

static DEFINE_PER_CPU(struct pvsched_vms, pvsched_vms);

static struct pvsched_loan *pvsched_loan_of(struct sched_entity *se)
{
	int cpu = cpu_of(rq_of(cfs_rq_of(se))), level = 0;

#ifdef CONFIG_FAIR_GROUP_SCHED
	level = se->depth;
#endif
	return level < PVSCHED_LEVELS ? &per_cpu(pvsched_loans, cpu)[level] : NULL;
}

/* The scheduler's own bound on lag, see entity_lag(). */
static s64 pvsched_lag_limit(struct sched_entity *se, u64 slice)
{
	return calc_delta_fair(max_t(u64, 2 * slice, TICK_NSEC), se);
}

/* Virtual time by which @se is behind its share; negative if it is ahead. */
static s64 pvsched_lag(struct sched_entity *se)
{
	return avg_vruntime(cfs_rq_of(se)) - se->vruntime;
}

/* May @se run with a loan, if its slice is @slice? */
static bool pvsched_in_bounds(struct sched_entity *se, u64 slice)
{
	return entity_eligible(cfs_rq_of(se), se) ||
	       pvsched_lag(se) >= -pvsched_lag_limit(se, slice);
}

/**
 * pvsched_may_borrow() - May an entity be picked that is not eligible?
 * @cfs_rq:	its queue
 * @se:		the next buddy of @cfs_rq
 *
 * Context: the run queue is locked.
 * Return: true if a yield was granted to it, it did not run since, and it has
 * not borrowed too much.
 */
bool pvsched_may_borrow(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	struct pvsched_loan *loan = pvsched_loan_of(se);

	return loan && loan->se == se && loan->ran == se->sum_exec_runtime &&
	       pvsched_in_bounds(se, se->slice);
}

/* The highest entity of @p that it does not share with @curr. */
static struct sched_entity *pvsched_top(struct task_struct *curr, struct task_struct *p)
{
	struct sched_entity *from = &curr->se, *to = &p->se;

	find_matching_se(&from, &to);
	return to;
}

/* Would every level pick @p, with a loan if it may have one? */
static bool pvsched_pickable(struct task_struct *p, struct sched_entity *top, bool lend)
{
	struct sched_entity *se = &p->se;

	for_each_sched_entity(se) {
		if (lend ? !pvsched_in_bounds(se, se->slice) : !entity_eligible(cfs_rq_of(se), se))
			return false;
		if (se == top)
			break;
	}

	return true;
}

/*
 * Leave an entity that waits enough of its slice to get something done. It pays
 * for it as for any other time; without, the next look at its clock could switch
 * it out again before it has entered the guest.
 */
static void pvsched_extend(struct sched_entity *se)
{
	u64 least = se->vruntime + calc_delta_fair(PVSCHED_LEAST_RUN_NS, se);

	if ((s64)(se->deadline - least) >= 0)
		return;

	__dequeue_entity(cfs_rq_of(se), se);
	se->deadline = least;
	__enqueue_entity(cfs_rq_of(se), se);
}

static void pvsched_lend(struct task_struct *p, struct sched_entity *top)
{
	struct sched_entity *se = &p->se;
	struct pvsched_loan *loan;

	for_each_sched_entity(se) {
		pvsched_extend(se);
		loan = pvsched_loan_of(se);
		if (loan)
			*loan = (struct pvsched_loan) { se, se->sum_exec_runtime };
		if (se == top)
			break;
	}
}

static u64 pvsched_to_ns(struct sched_entity *se, s64 virtual)
{
	if (virtual <= 0)
		return 0;

	return div_u64(virtual * scale_load_down(se->load.weight),
		       scale_load_down(NICE_0_LOAD));
}

/* What @p can take before it is as far behind its share as it may be. */
static u64 pvsched_room(struct task_struct *p, struct sched_entity *top)
{
	struct sched_entity *se = &p->se;
	u64 room = U64_MAX;

	for_each_sched_entity(se) {
		room = min(room, pvsched_to_ns(se, pvsched_lag_limit(se, se->slice) - pvsched_lag(se)));
		if (se == top)
			break;
	}

	return room;
}

/*
 * What @curr can give: the rest of its slice, if it has not yet had its share,
 * for else somebody else is due and not @curr.
 */
static u64 pvsched_rest(struct task_struct *curr, struct sched_entity *top)
{
	struct sched_entity *se = &curr->se;

	for_each_sched_entity(se) {
		if (!entity_eligible(cfs_rq_of(se), se))
			return 0;
		if (se == top)
			break;
	}

	return pvsched_to_ns(&curr->se, curr->se.deadline - curr->se.vruntime);
}

static void pvsched_charge(struct sched_entity *se, u64 ns)
{
	se->vruntime += calc_delta_fair(ns, se);
	update_deadline(cfs_rq_of(se), se);
}

static void pvsched_credit(struct sched_entity *se, u64 ns)
{
	struct cfs_rq *cfs_rq = cfs_rq_of(se);
	u64 delta = calc_delta_fair(ns, se);

	__dequeue_entity(cfs_rq, se);
	se->vruntime -= delta;
	se->deadline -= delta;
	__enqueue_entity(cfs_rq, se);
}

/* Account the rest of @curr's slice to @curr, and as not used by @p. */
static void pvsched_hand_over(struct task_struct *curr, struct task_struct *p)
{
	struct sched_entity *from_top = pvsched_top(p, curr);
	struct sched_entity *to_top = pvsched_top(curr, p);
	struct sched_entity *se;
	u64 ns;

	ns = min(pvsched_rest(curr, from_top), pvsched_room(p, to_top));
	if (!ns)
		return;

	se = &curr->se;
	for_each_sched_entity(se) {
		pvsched_charge(se, ns);
		if (se == from_top)
			break;
	}

	se = &p->se;
	for_each_sched_entity(se) {
		pvsched_credit(se, ns);
		if (se == to_top)
			break;
	}
}

/* Is somebody else to run next in the queue of @se, and did not yet? */
static bool pvsched_is_taken(struct sched_entity *se)
{
	struct sched_entity *next = cfs_rq_of(se)->next;
	struct pvsched_loan *loan;

	if (!next || next == se)
		return false;

	loan = pvsched_loan_of(next);
	return loan && loan->se == next && loan->ran == next->sum_exec_runtime;
}

static bool pvsched_can_run_next(struct rq *rq, struct task_struct *p)
{
	if (!task_is_running(p) || task_on_cpu(rq, p))
		return false;

	if (p->sched_class != &fair_sched_class ||
	    rq->curr->sched_class != &fair_sched_class)
		return false;

	if (!p->se.on_rq || p->se.sched_delayed)
		return false;

	return !throttled_hierarchy(cfs_rq_of(&p->se));
}

/*
 * May @p take the CPU from @curr at once, and not just at the end of its
 * slice? Within a VM, yes. From anybody else only now and then: or a VM could
 * have its neighbours switched out all the time.
 */
static bool pvsched_may_preempt(struct rq *rq, struct task_struct *curr, struct task_struct *p)
{
	return curr->mm == p->mm ||
	       pvsched_vm_may_disturb(&per_cpu(pvsched_vms, cpu_of(rq)), p->mm, curr->mm,
				      rq_clock(rq));
}

/*
 * Bring the clocks of @curr up to date. That also ends its slice on time where
 * the tick would be late, so it is not done to another VM.
 */
static void pvsched_update_curr(struct task_struct *curr)
{
	struct sched_entity *se = &curr->se;

	for_each_sched_entity(se)
		update_curr(cfs_rq_of(se));
}

static bool pvsched_make_next(struct task_struct *p, struct sched_entity *top, bool lend)
{
	if (!pvsched_pickable(p, top, lend))
		return false;

	set_next_buddy(&p->se);
	if (lend)
		pvsched_lend(p, top);

	return true;
}

static bool pvsched_grant(struct rq *rq, struct task_struct *p, bool lend)
{
	struct task_struct *curr = rcu_dereference_protected(rq->curr, true);
	struct sched_entity *top;

	if (!pvsched_can_run_next(rq, p))
		return false;

	top = pvsched_top(curr, p);
	if (lend && pvsched_is_taken(top))
		return false;

	update_rq_clock(rq);
	if (!lend || curr->mm == p->mm)
		pvsched_update_curr(curr);

	if (lend && curr == current)
		pvsched_hand_over(curr, p);

	if (!pvsched_make_next(p, top, lend))
		return false;

	if (!lend || pvsched_may_preempt(rq, curr, p))
		resched_curr(rq);

	return true;
}

/**
 * pvsched_run_next() - Make a waiting task's CPU pick it next.
 * @p:	a task of the fair class, with a reference held
 *
 * Without a loan, for kernels whose administrator switched those off.
 *
 * Context: any; takes @p's pi_lock and its run queue's lock.
 * Return: true if @p is next; false if it runs, sleeps or is throttled, if a
 * higher class has the CPU, or if it had its share already.
 */
bool pvsched_run_next(struct task_struct *p)
{
	struct rq_flags rf;
	struct rq *rq;
	bool granted;

	rq = task_rq_lock(p, &rf);
	granted = pvsched_grant(rq, p, false);
	task_rq_unlock(rq, p, &rf);

	return granted;
}
EXPORT_SYMBOL_GPL(pvsched_run_next);

/**
 * pvsched_yield_to() - Give a waiting task the CPU.
 * @p:	a task of the fair class, with a reference held
 *
 * Gives it the caller's CPU if it waits for that one, or else the one that it
 * waits for, and then the caller keeps its own.
 *
 * Context: process, may schedule.
 * Return: true if @p is next; false if it runs, sleeps or is throttled, if a
 * higher class has the CPU, or if it borrowed as much as it may.
 */
bool pvsched_yield_to(struct task_struct *p)
{
	struct rq_flags rf;
	bool granted, here;
	struct rq *rq;

	rq = task_rq_lock(p, &rf);
	here = rq == this_rq();
	granted = pvsched_grant(rq, p, true);
	task_rq_unlock(rq, p, &rf);

	if (granted && here)
		schedule();

	return granted;
}
EXPORT_SYMBOL_GPL(pvsched_yield_to);

/* For a caller that keeps the rest of its slice: it will want it when it wakes up. */
static bool pvsched_leave(struct rq *rq, struct task_struct *p)
{
	struct sched_entity *top;

	if (rq != this_rq() || !pvsched_can_run_next(rq, p))
		return false;

	top = pvsched_top(current, p);
	if (pvsched_is_taken(top))
		return false;

	update_rq_clock(rq);
	pvsched_update_curr(current);

	return pvsched_make_next(p, top, true);
}

/**
 * pvsched_leave_to() - Choose who runs when the caller sleeps.
 * @p:	a task of the fair class, with a reference held
 *
 * The caller runs on until it sleeps.
 *
 * Context: process; takes @p's pi_lock and its run queue's lock.
 * Return: true if @p is next on the caller's CPU; false if it waits for another
 * one, and for the reasons of pvsched_yield_to().
 */
bool pvsched_leave_to(struct task_struct *p)
{
	struct rq_flags rf;
	struct rq *rq;
	bool next;

	rq = task_rq_lock(p, &rf);
	next = pvsched_leave(rq, p);
	task_rq_unlock(rq, p, &rf);

	return next;
}
EXPORT_SYMBOL_GPL(pvsched_leave_to);

/**
 * pvsched_waiting_here() - How many tasks wait for the caller's CPU.
 *
 * Context: process. The answer may be out of date at once.
 */
unsigned int pvsched_waiting_here(void)
{
	return READ_ONCE(raw_rq()->nr_running) - 1;
}
EXPORT_SYMBOL_GPL(pvsched_waiting_here);

static bool pvsched_can_move(struct rq *from, struct rq *to, struct task_struct *p)
{
	return from != to && from->nr_running > 1 &&
	       !is_migration_disabled(p) && cpu_active(cpu_of(to)) &&
	       cpumask_test_cpu(cpu_of(to), p->cpus_ptr) &&
	       !throttled_lb_pair(task_group(p), cpu_of(from), cpu_of(to));
}

/* Does @p wait in @from, and may it be moved? Both queues are locked. */
static bool pvsched_waits_for_move(struct rq *from, struct rq *to, struct task_struct *p)
{
	return task_rq(p) == from && p->on_rq == TASK_ON_RQ_QUEUED &&
	       pvsched_can_run_next(from, p) && pvsched_can_move(from, to, p);
}

static void pvsched_move(struct rq *from, struct rq *to, struct task_struct *p)
{
	update_rq_clock(from);
	update_rq_clock(to);
	deactivate_task(from, p, DEQUEUE_NOCLOCK);
	set_task_cpu(p, cpu_of(to));
	activate_task(to, p, ENQUEUE_NOCLOCK);
}

/**
 * pvsched_pull() - Bring a waiting task to the caller's CPU.
 * @p:	a task of the fair class, with a reference held
 *
 * For a caller that is alone on its CPU and has no use for it.
 *
 * Context: process; takes @p's pi_lock and both run queues' locks.
 * Return: true if @p waits here now.
 */
bool pvsched_pull(struct task_struct *p)
{
	struct rq *rq, *from;

	/* A hint: take no lock for one that waits here already. */
	if (task_cpu(p) == raw_smp_processor_id())
		return false;

	guard(raw_spinlock_irqsave)(&p->pi_lock);
	rq = this_rq();
	from = task_rq(p);

	guard(double_rq_lock)(rq, from);
	if (!pvsched_waits_for_move(from, rq, p))
		return false;

	pvsched_move(from, rq, p);
	return true;
}
EXPORT_SYMBOL_GPL(pvsched_pull);

/*
 * Are places alike? Within one group, at the same weight, and with slices that
 * nobody chose; or what is owed on one of the CPUs would be paid in another coin.
 */
static bool pvsched_is_peer(struct task_struct *curr, struct task_struct *p)
{
	return curr->sched_class == &fair_sched_class && p->sched_class == &fair_sched_class &&
	       task_group(curr) == task_group(p) && curr->se.load.weight == p->se.load.weight &&
	       !curr->se.custom_slice && !p->se.custom_slice;
}

/*
 * Does @p wait for somebody of another VM, and could the caller do so instead?
 * Not on another node: their memory would stay behind. Nor in a longer queue than
 * its own, where it is the load balancer's turn, which leaves alone who ran lately.
 * Nor if the caller's place is not one to run from, for the loan on it is used up;
 * that depends on the slice, and who comes has the base's.
 */
static bool pvsched_can_trade(struct rq *rq, struct rq *from, struct task_struct *p)
{
	struct task_struct *curr = rcu_dereference_protected(from->curr, true);

	if (curr->mm == p->mm || !pvsched_is_peer(current, p))
		return false;

	if (cpu_to_node(cpu_of(rq)) != cpu_to_node(cpu_of(from)) ||
	    from->nr_running > rq->nr_running)
		return false;

	if (!pvsched_waits_for_move(from, rq, p) || !pvsched_can_move(rq, from, current))
		return false;

	update_rq_clock(rq);
	pvsched_update_curr(current);

	return !pvsched_is_taken(&current->se) &&
	       pvsched_in_bounds(&current->se, sysctl_sched_base_slice);
}

static struct pvsched_place pvsched_place_of(struct sched_entity *se)
{
	return (struct pvsched_place) {
		.cpu = cpu_of(rq_of(cfs_rq_of(se))),
		.vruntime = se->vruntime,
		.deadline = se->deadline,
	};
}

/* Have a task wait at a place in its queue, but no further ahead than it may be. */
static void pvsched_put_at(struct sched_entity *se, const struct pvsched_place *place)
{
	struct cfs_rq *cfs_rq = cfs_rq_of(se);
	s64 ahead;

	__dequeue_entity(cfs_rq, se);
	ahead = avg_vruntime(cfs_rq) - pvsched_lag_limit(se, se->slice) - place->vruntime;
	ahead = max(ahead, 0);
	se->vruntime = place->vruntime + ahead;
	se->deadline = place->deadline + ahead;
	__enqueue_entity(cfs_rq, se);
}

/**
 * pvsched_trade_in() - Bring a task here that another VM keeps waiting elsewhere.
 * @p:		a task of the fair class, with a reference held
 * @place:	where to remember the place that it leaves
 *
 * @p takes the caller's place on this CPU, with the rest of its slice, and is
 * next. The caller takes the place that @p left, once it is off this CPU, see
 * pvsched_trade_out(). So both queues are what they were but for who is who, and
 * neither VM gains or loses, however often that is done. To move each of the two
 * with its lag would not do: what it owes to those that it leaves, it would owe to
 * all to whom it comes, its own sibling included.
 *
 * Context: process, preemption off; takes @p's pi_lock and both run queues'
 * locks. The caller is to schedule.
 * Return: true if @p is next here.
 */
bool pvsched_trade_in(struct task_struct *p, struct pvsched_place *place)
{
	struct pvsched_place here;
	struct rq *rq, *from;

	/* A hint: take no lock for one that waits here already. */
	if (task_cpu(p) == smp_processor_id())
		return false;

	guard(raw_spinlock_irqsave)(&p->pi_lock);
	rq = this_rq();
	from = task_rq(p);

	guard(double_rq_lock)(rq, from);
	if (!pvsched_can_trade(rq, from, p))
		return false;

	*place = pvsched_place_of(&p->se);
	here = pvsched_place_of(&current->se);
	pvsched_move(from, rq, p);
	pvsched_put_at(&p->se, &here);
	set_next_buddy(&p->se);
	pvsched_lend(p, &p->se);
	resched_curr(rq);

	return true;
}
EXPORT_SYMBOL_GPL(pvsched_trade_in);

/**
 * pvsched_trade_out() - Have a task that waits do so at another place.
 * @p:		a task of the fair class, with a reference held
 * @place:	the place
 *
 * Unless other tasks went there meanwhile, so that they are spread evenly: who is
 * left behind would have more than a share.
 *
 * Context: any but with a run queue locked; takes @p's pi_lock and both run
 * queues' locks.
 */
void pvsched_trade_out(struct task_struct *p, const struct pvsched_place *place)
{
	struct rq *from, *to = cpu_rq(place->cpu);

	guard(raw_spinlock_irqsave)(&p->pi_lock);
	from = task_rq(p);

	guard(double_rq_lock)(from, to);
	if (from->nr_running > to->nr_running && pvsched_waits_for_move(from, to, p)) {
		pvsched_move(from, to, p);
		pvsched_put_at(&p->se, place);
	}
}
EXPORT_SYMBOL_GPL(pvsched_trade_out);

/* Only KVM has preempt notifiers: those of a vCPU that is in KVM_RUN. */
static bool pvsched_is_vcpu(struct task_struct *p)
{
	return !hlist_empty(&p->preempt_notifiers);
}

/* Does @p share its CPU with another vCPU of its VM? */
static bool pvsched_has_sibling_here(struct rq *rq, const struct task_struct *p)
{
	return pvsched_vm_shares(&per_cpu(pvsched_vms, cpu_of(rq)), p->mm, p, rq_clock(rq));
}

/**
 * pvsched_slice_of() - How long an entity may run before another has its turn.
 * @se:		the entity, which used up its slice
 * @slice:	what the base gives it, in nanoseconds
 *
 * To switch between vCPUs costs more than between other tasks: their state is
 * saved and loaded, and the guest has a tick to catch up with. Where vCPUs of one
 * VM take turns that VM gains by longer slices, and it is the one that waits for
 * longer; beside others only, they would wait for it. Shares are not changed,
 * for what is used up counts and not the slice. Who wakes up begins with the
 * base's slice, vCPU or not: the shorter one, by which it may preempt.
 *
 * Context: the run queue is locked.
 * Return: the slice in nanoseconds.
 */
u64 pvsched_slice_of(struct sched_entity *se, u64 slice)
{
	u64 least;

	if (!READ_ONCE(pvsched_slice) || !entity_is_task(se) || !pvsched_is_vcpu(task_of(se)))
		return slice;

	if (!pvsched_has_sibling_here(rq_of(cfs_rq_of(se)), task_of(se)))
		return slice;

	least = min(READ_ONCE(pvsched_slice_us), PVSCHED_MAX_SLICE_US) * NSEC_PER_USEC;

	return max(slice, least);
}

#endif /* CONFIG_KVM_PVSCHED */
