// SPDX-License-Identifier: GPL-2.0
/*
 * Choose which vCPU of a VM runs when the VM has its turn.
 *
 * The base's yield_to() leaves a next buddy that the pick drops when the target
 * has no lag left, which is typical of a vCPU that was preempted. Then the
 * caller runs on, and the time that it gave up goes to whatever else waits for
 * its CPU, also to another VM. And a buddy that the pick does take comes before
 * every other task, so that a VM which yields all the time keeps its neighbours
 * waiting.
 *
 * Here a yield exchanges turns, see turn.c. The target takes the turn of the sibling
 * that would run first, and that sibling takes the target's. All other tasks see the
 * queue that they would see without the yield: the same turns, the same average, the
 * same lag. A VM that yields is due when it would be due anyway.
 *
 * Turns change hands in the pick. Until then the sibling that runs pays for the time
 * that it runs on, with its own turn: if the target's turn paid for that, a turn that
 * is never due would collect debt with each yield, and all other tasks would be behind.
 *
 * A sibling that runs has a turn as well, which the base protects until the end of
 * its slice. The target goes on with it although a stranger waits that is due by
 * now: that stranger would have waited as long if the sibling had spun on.
 * This ends with the slice, or when a task with a shorter one ends its protection. A
 * stranger that did not use up its last slice does not wait: it likely sleeps most of
 * the time, and the base's yields would let it run.
 *
 * A target behind a stranger that runs may preempt that stranger, now and then: see
 * vms.c. This is the only way to come before a task that is due. The target's
 * virtual runtime advances while it runs, and its lag is bounded.
 *
 * Where a VM has a CPU to itself there is no stranger to consider. The target runs next
 * for a whole slice, and both keep their turns: a target that only had the rest of the
 * caller's slice would soon be preempted again. When it begins, it is ahead of its share
 * by no more than the base's bound on lag, and no sibling is behind by more: a stranger
 * may come at any time, and then waits for what the siblings owe each other.
 *
 * Turns can be exchanged between tasks, and between groups that hold one vCPU each.
 * Other groups are strangers: what a group gets is for all that it holds.
 */

/* Entities that one yield looks at, in search of a sibling. */
#define PVSCHED_GRANT_LOOKS	8

/*
 * The last grant on this CPU, from the yield until the next pick. Compare entities,
 * but do not follow them. Protected by the run queue's lock.
 */
struct pvsched_grant {
	struct sched_entity *se;	/* what the pick is to take */
	u64 ran;			/* its runtime then: the grant ends when it runs */
	struct sched_entity *passes;	/* the stranger before which it may run, or NULL */
	struct sched_entity *from;	/* the sibling that gave up a slice, or NULL */
	u64 until;			/* the deadline of that slice */
	u64 alone;			/* until when it is the only one, by the queue's clock */
};

static DEFINE_PER_CPU(struct pvsched_grant, pvsched_grants);

static struct pvsched_grant *pvsched_grant_of(struct sched_entity *se)
{
	return &per_cpu(pvsched_grants, cpu_of(rq_of(cfs_rq_of(se))));
}

static bool pvsched_is_granted(struct sched_entity *se)
{
	struct pvsched_grant *grant = pvsched_grant_of(se);

	return grant->se == se && grant->ran == se->sum_exec_runtime;
}

/* The bound on the lag of @se, in virtual time. Userspace does not set this slice. */
static s64 pvsched_lag_limit(struct sched_entity *se)
{
	return calc_delta_fair(pvsched_lag_ns(), se);
}

/* Is @se eligible, or ahead of its share by no more than the bound? */
static bool pvsched_in_bounds(struct sched_entity *se)
{
	struct cfs_rq *cfs_rq = pvsched_queue(se);

	return entity_eligible(cfs_rq, se) ||
	       pvsched_lag_behind(avg_vruntime(cfs_rq), se->vruntime) >= -pvsched_lag_limit(se);
}

/* Did @to come by a swap with @from, which runs, and so has the same turn by now? */
static bool pvsched_has_turn_of(struct sched_entity *to, struct sched_entity *from)
{
	struct pvsched_grant *grant = pvsched_grant_of(to);

	return grant->alone && grant->se == to && pvsched_queue(from)->curr == from;
}

/*
 * Have @to run when @from would have run, and the other way round. Slices that
 * userspace set stay where they are, so they have to be alike.
 */
static bool pvsched_exchange(struct sched_entity *from, struct sched_entity *to)
{
	struct pvsched_turn a = pvsched_turn_of(from), b = pvsched_turn_of(to);

	if (pvsched_has_turn_of(to, from))
		return true;

	if (from->slice != to->slice && (from->custom_slice || to->custom_slice))
		return false;

	if (!pvsched_exchange_entities(&a, from, &b, to))
		return false;

	pvsched_set_turn(from, &a);
	pvsched_set_turn(to, &b);
	return true;
}

/* Does @se stand for a vCPU that shares its CPU with siblings only? */
static bool pvsched_is_among_siblings(struct sched_entity *se)
{
	struct task_struct *p = pvsched_vcpu_of(se);

	return p && pvsched_has_only_siblings(rq_of(cfs_rq_of(se)), p);
}

/* Is @se behind its share by more than the base's bound? */
static bool pvsched_is_far_behind(struct sched_entity *se)
{
	return pvsched_lag_behind(avg_vruntime(pvsched_queue(se)), se->vruntime) >
	       pvsched_lag_limit(se);
}

/*
 * Have @next run although its sibling @best is due. Where no stranger waits it does so
 * with its own turn. One that is far behind gives its turn even then, or a stranger that
 * comes would wait until all that it is owed was served.
 */
static bool pvsched_run_before(struct sched_entity *next, struct sched_entity *best)
{
	if (pvsched_is_among_siblings(next) && pvsched_in_bounds(next) &&
	    !pvsched_is_far_behind(best))
		return true;

	return pvsched_exchange(best, next) || pvsched_in_bounds(next);
}

/* Did an entity that waits use up the base's slice when it ran last? */
static bool pvsched_used_slice(struct sched_entity *se)
{
	return se->sum_exec_runtime - se->prev_sum_exec_runtime >= sysctl_sched_base_slice;
}

/*
 * Have @next go on with the turn of the sibling that runs, before the stranger @due. That
 * would have waited as long if the sibling had spun on, unless it sleeps most of the time.
 */
static bool pvsched_goes_on(struct cfs_rq *cfs_rq, struct sched_entity *next,
			    struct sched_entity *due)
{
	struct pvsched_grant *grant = pvsched_grant_of(next);
	struct sched_entity *curr = cfs_rq->curr;

	if (!curr || curr != grant->from || curr->deadline != grant->until ||
	    !pvsched_are_siblings(curr, next))
		return false;

	if (!pvsched_used_slice(due) || !pvsched_exchange(curr, next))
		return false;

	/* Core scheduling may pick again. */
	grant->passes = due;
	return true;
}

/*
 * Begin a slice where no stranger waits. What is left of a turn may be too short to enter
 * the guest, and a target that is switched out again holds up the same waiters as before.
 */
static void pvsched_begin_slice(struct sched_entity *se)
{
	struct pvsched_turn turn = pvsched_turn_of(se);

	if (!pvsched_is_among_siblings(se))
		return;

	turn.deadline = turn.vruntime + calc_delta_fair(pvsched_slice_ns(se, se->slice), se);
	pvsched_set_turn(se, &turn);
}

/* Is @a before @b in the order of the pick? */
static bool pvsched_is_before(struct sched_entity *a, struct sched_entity *b)
{
	bool eligible = entity_eligible(pvsched_queue(a), a);

	if (eligible != entity_eligible(pvsched_queue(b), b))
		return eligible;

	return eligible ? entity_before(a, b) : (s64)(a->vruntime - b->vruntime) < 0;
}

/*
 * A stranger comes first: the grant is over, also if @next is hinted again. Of @next and
 * the sibling that leaves the CPU, @next is the one to come after the stranger.
 */
static void pvsched_end_grant(struct cfs_rq *cfs_rq, struct sched_entity *next)
{
	struct sched_entity *curr = cfs_rq->curr;

	if (curr && pvsched_are_siblings(curr, next) && pvsched_is_before(curr, next))
		pvsched_exchange(curr, next);

	*pvsched_grant_of(next) = (struct pvsched_grant) { };
	cfs_rq->next = NULL;
}

/* May @next run although @due is what the base would pick? */
static bool pvsched_may_take(struct cfs_rq *cfs_rq, struct sched_entity *next,
			     struct sched_entity *due)
{
	if (due == next || due == pvsched_grant_of(next)->passes)
		return true;

	if (pvsched_are_siblings(due, next))
		return pvsched_run_before(next, due);

	return pvsched_goes_on(cfs_rq, next, due);
}

/**
 * pvsched_pick_buddy() - May the pick take the next buddy of a queue?
 * @cfs_rq:	the queue, which has a next buddy
 *
 * A buddy that a yield granted may take the place of a sibling, or of the stranger
 * that the grant names. No other stranger waits for it: not one that woke up since.
 *
 * Context: The run queue is locked.
 * Return: true if the buddy is to run.
 */
bool pvsched_pick_buddy(struct cfs_rq *cfs_rq)
{
	struct sched_entity *next = cfs_rq->next, *due;

	if (!pvsched_is_granted(next))
		return entity_eligible(cfs_rq, next);

	due = pvsched_pick_due(cfs_rq);
	if (!due)
		return false;

	if (!pvsched_may_take(cfs_rq, next, due)) {
		pvsched_end_grant(cfs_rq, next);
		return false;
	}

	pvsched_grant_of(next)->alone = 0;
	pvsched_begin_slice(next);
	return true;
}

/* The sibling of @to that waits in the same queue and runs first; @to if it is that. */
static struct sched_entity *pvsched_first_sibling(struct sched_entity *to)
{
	struct sched_entity *se = __pick_first_entity(pvsched_queue(to)), *first = to;
	struct rb_node *node = se ? &se->run_node : NULL;
	int looks;

	for (looks = PVSCHED_GRANT_LOOKS; node && looks; looks--, node = rb_next(node)) {
		se = __node_2_se(node);
		if (se != to && pvsched_are_siblings(se, to) && pvsched_is_before(se, first))
			first = se;
	}

	return first;
}

/* Have @to be the first of its VM among those that wait. */
static bool pvsched_put_first(struct sched_entity *to)
{
	struct sched_entity *first = pvsched_first_sibling(to);

	return first == to ? !!pvsched_vcpu_of(to) : pvsched_exchange(first, to);
}

/* Leave the levels alone at which @p and the task that runs share their entities. */
static void pvsched_set_buddy(struct task_struct *p, struct sched_entity *top)
{
	struct sched_entity *se = &p->se;

	for_each_pvsched_level(se) {
		pvsched_queue(se)->next = se;
		if (se == top)
			break;
	}
}

/* The stranger that the base would pick now, instead of @top and its siblings, or NULL. */
static struct sched_entity *pvsched_stranger_due(struct sched_entity *top)
{
	struct sched_entity *best = pvsched_pick(pvsched_queue(top));

	return best == top || pvsched_are_siblings(best, top) ? NULL : best;
}

/* Have the next pick take @p, also before the stranger @passes. */
static void pvsched_make_next(struct rq *rq, struct task_struct *p, struct sched_entity *top,
			      struct sched_entity *passes)
{
	struct pvsched_grant *grant = pvsched_grant_of(top);

	pvsched_set_buddy(p, top);
	grant->se = top;
	grant->ran = top->sum_exec_runtime;
	grant->passes = passes;
	grant->alone = 0;
	resched_curr(rq);
}

static bool pvsched_can_run_next(struct rq *rq, struct task_struct *p)
{
	if (!task_is_running(p) || task_on_cpu(rq, p))
		return false;

	if (p->sched_class != &fair_sched_class ||
	    rq->curr->sched_class != &fair_sched_class)
		return false;

	if (!p->se.on_rq || p->se.sched_delayed || task_has_idle_policy(p))
		return false;

	return !throttled_hierarchy(cfs_rq_of(&p->se));
}

/*
 * Update the virtual runtimes of @curr. This also ends the slice of @curr on time
 * where the tick would do so late. Do not do that to a stranger.
 */
static void pvsched_update_curr(struct task_struct *curr)
{
	struct sched_entity *se = &curr->se;

	for_each_sched_entity(se)
		update_curr(cfs_rq_of(se));
}

/*
 * The sibling @from runs and gives up its CPU. What is left of its slice is not protected
 * from here on, but remembered for the pick.
 */
static void pvsched_give_up(struct rq *rq, struct sched_entity *from)
{
	struct pvsched_grant *grant = &per_cpu(pvsched_grants, cpu_of(rq));

	if (!protect_slice(from))
		return;

	cancel_protect_slice(from);
	grant->from = from;
	grant->until = from->deadline;
}

/* Have @p run in place of its sibling @curr, see pvsched_pick_buddy(). */
static bool pvsched_replace(struct rq *rq, struct task_struct *curr, struct task_struct *p)
{
	struct sched_entity *from = pvsched_top(p, curr), *to = pvsched_top(curr, p);

	if (!pvsched_are_siblings(from, to) || se_is_idle(to))
		return false;

	if (per_cpu(pvsched_grants, cpu_of(rq)).alone > rq_clock(rq))
		return false;

	pvsched_update_curr(curr);
	pvsched_make_next(rq, p, to, NULL);
	pvsched_give_up(rq, from);

	return true;
}

/*
 * Have @p be the first of its VM to run. It may preempt the stranger @curr at a limited
 * rate, or else a VM could have its neighbours switched out all the time.
 */
static bool pvsched_go_first(struct rq *rq, struct task_struct *curr, struct task_struct *p)
{
	struct sched_entity *to = pvsched_top(curr, p);
	bool first = pvsched_put_first(to);

	if (curr->mm == p->mm || test_tsk_need_resched(curr))
		return first;

	if (se_is_idle(to) || !pvsched_in_bounds(to))
		return first;

	if (!pvsched_vm_may_preempt(&per_cpu(pvsched_vms, cpu_of(rq)), p->mm, curr->mm,
				    rq_clock(rq)))
		return first;

	pvsched_make_next(rq, p, to, pvsched_stranger_due(to));
	return true;
}

static bool pvsched_grant(struct rq *rq, struct task_struct *p)
{
	struct task_struct *curr = rcu_dereference_protected(rq->curr, true);

	if (!pvsched_can_run_next(rq, p))
		return false;

	update_rq_clock(rq);
	if (curr->mm == p->mm && pvsched_is_vcpu(curr) && curr->se.on_rq)
		return pvsched_replace(rq, curr, p);

	return pvsched_go_first(rq, curr, p);
}

/* As the base's yield: for an eligible target, the hint that the base leaves. */
static bool pvsched_hint_next(struct rq *rq, struct task_struct *p)
{
	struct task_struct *curr = rcu_dereference_protected(rq->curr, true);
	struct sched_entity *se = &p->se, *top;

	if (!pvsched_can_run_next(rq, p))
		return false;

	update_rq_clock(rq);
	pvsched_update_curr(curr);
	top = pvsched_top(curr, p);
	for_each_pvsched_level(se) {
		if (!entity_eligible(pvsched_queue(se), se))
			return false;
		if (se == top)
			break;
	}

	pvsched_set_next_buddy(&p->se);
	resched_curr(rq);
	return true;
}

/**
 * pvsched_set_next() - Make a waiting task's CPU pick it next, as the base would.
 * @p:	a task of the fair class, with a reference held
 *
 * Turns are not exchanged. For kernels whose administrator switched that off.
 *
 * Context: Any. Takes @p's pi_lock and its run queue's lock.
 * Return: true if @p is next; false if it runs, sleeps or is throttled, if a
 * higher class has the CPU, or if it is not eligible.
 */
bool pvsched_set_next(struct task_struct *p)
{
	struct rq_flags rf;
	struct rq *rq;
	bool next;

	rq = task_rq_lock(p, &rf);
	next = pvsched_hint_next(rq, p);
	task_rq_unlock(rq, p, &rf);

	return next;
}
EXPORT_SYMBOL_GPL(pvsched_set_next);

/**
 * pvsched_yield_to() - Give a waiting vCPU the CPU when its VM has its turn.
 * @p:	a task of the fair class, with a reference held
 *
 * If @p waits for the caller's CPU, it runs there in the caller's place. Otherwise it
 * runs in place of a sibling on the CPU for which it waits, and the caller keeps its
 * own CPU.
 *
 * Context: Process, may schedule.
 * Return: true if @p is the next of its VM on that CPU; false if it runs, sleeps or is
 * throttled, if a higher class has the CPU, or if its group holds other tasks.
 */
bool pvsched_yield_to(struct task_struct *p)
{
	struct rq_flags rf;
	bool granted, here;
	struct rq *rq;

	rq = task_rq_lock(p, &rf);
	here = rq == this_rq();
	granted = pvsched_grant(rq, p);
	task_rq_unlock(rq, p, &rf);

	if (granted && here)
		schedule();

	return granted;
}
EXPORT_SYMBOL_GPL(pvsched_yield_to);

/**
 * pvsched_set_next_here() - Choose the vCPU that runs when the caller sleeps.
 * @p:	a task of the fair class, with a reference held
 *
 * The caller runs on until it sleeps, and keeps the rest of its slice for its next
 * wakeup.
 *
 * Context: Process. Takes @p's pi_lock and its run queue's lock.
 * Return: true if @p is the first of its VM that waits for the caller's CPU; false if
 * it waits for another one, and for the reasons of pvsched_yield_to().
 */
bool pvsched_set_next_here(struct task_struct *p)
{
	struct rq_flags rf;
	struct rq *rq;
	bool next = false;

	rq = task_rq_lock(p, &rf);
	if (rq == this_rq() && pvsched_can_run_next(rq, p)) {
		update_rq_clock(rq);
		pvsched_update_curr(current);
		next = pvsched_put_first(pvsched_top(current, p));
	}
	task_rq_unlock(rq, p, &rf);

	return next;
}
EXPORT_SYMBOL_GPL(pvsched_set_next_here);

/**
 * pvsched_nr_waiting_here() - Count the tasks that wait for the caller's CPU.
 *
 * Tasks whose dequeue is delayed are asleep, though the queue holds them.
 *
 * Context: Process. The answer may be stale at once.
 * Return: the number of tasks.
 */
unsigned int pvsched_nr_waiting_here(void)
{
	struct rq *rq = raw_rq();
	int waiting = READ_ONCE(rq->nr_running) - pvsched_nr_delayed(rq) - 1;

	return max(waiting, 0);
}
EXPORT_SYMBOL_GPL(pvsched_nr_waiting_here);
