// SPDX-License-Identifier: GPL-2.0
/*
 * Run a waiting vCPU on another CPU than the one it waits for.
 *
 * A caller that is alone on its CPU pulls the target. A caller whose target waits
 * behind a stranger swaps with it: each task takes the turn of the other in the
 * other's queue, see pvsched_swap_in().
 *
 * A guest chooses how often this is tried. So whatever can be told without a lock is
 * told before one is taken, and again with both queues locked.
 */

/* How old a position may be: later its queue has moved on. */
#define PVSCHED_POSITION_NS	(20 * NSEC_PER_MSEC)

/*
 * How long a swap keeps other yields from its CPU at most. Until the switch the caller
 * and the target hold the same turn, and the caller is not to pass its on.
 */
#define PVSCHED_SWAP_NS		NSEC_PER_MSEC

/*
 * Does the base's load balancer move tasks between two CPUs? It does not where one is
 * isolated, or where cpusets keep them apart. Stay within a node, where the memory of
 * the task is.
 */
static bool pvsched_are_balanced(struct rq *from, struct rq *to)
{
	return from != to && cpu_to_node(cpu_of(from)) == cpu_to_node(cpu_of(to)) &&
	       READ_ONCE(from->rd) == READ_ONCE(to->rd) &&
	       rcu_access_pointer(from->sd) && rcu_access_pointer(to->sd);
}

/* What can be told without a lock. */
static bool pvsched_may_go(struct rq *from, struct rq *to, struct task_struct *p)
{
	return pvsched_are_balanced(from, to) && READ_ONCE(from->nr_running) > 1 &&
	       cpu_active(cpu_of(to)) && cpumask_test_cpu(cpu_of(to), READ_ONCE(p->cpus_ptr)) &&
	       sched_core_cookie_match(to, p);
}

/* Does @p wait in @from, and may it be moved? Both queues are locked. */
static bool pvsched_can_move(struct rq *from, struct rq *to, struct task_struct *p)
{
	return task_rq(p) == from && p->on_rq == TASK_ON_RQ_QUEUED &&
	       pvsched_may_go(from, to, p) && !is_migration_disabled(p) &&
	       !pvsched_is_throttled_on(p, cpu_of(from), cpu_of(to));
}

static bool pvsched_waits_for_move(struct rq *from, struct rq *to, struct task_struct *p)
{
	return pvsched_can_run_next(from, p) && pvsched_can_move(from, to, p);
}

/* Give @se a turn that was one of weight @weight around @average, within bounds. */
static void pvsched_take_turn(struct sched_entity *se, struct pvsched_turn *turn, u64 average,
			      unsigned long weight)
{
	pvsched_fit_turn(se, turn, average, weight);
	pvsched_clamp_turn(turn, pvsched_average_then(se, average), pvsched_lag_limit(se),
			   calc_delta_fair(se->slice, se));
	pvsched_set_turn(se, turn);
}

/*
 * Move a waiting task. With @pos it takes that position in its new queue; @average is that of
 * the queue with the position in it.
 */
static void pvsched_move(struct rq *from, struct rq *to, struct task_struct *p,
			 const struct pvsched_position *pos, u64 average)
{
	struct pvsched_turn turn;

	update_rq_clock(from);
	update_rq_clock(to);
	deactivate_task(from, p, DEQUEUE_NOCLOCK);
	set_task_cpu(p, cpu_of(to));
	activate_task(to, p, ENQUEUE_NOCLOCK);
	if (pos) {
		turn = (struct pvsched_turn) { pos->vruntime, pos->deadline };
		pvsched_take_turn(&p->se, &turn, average, pos->weight);
	}
	wakeup_preempt(to, p, 0);
}

/**
 * pvsched_pull_task() - Move a waiting task to the caller's CPU.
 * @p:	a task of the fair class, with a reference held
 *
 * For a caller that is alone on its CPU and has no use for it.
 *
 * Context: Process. Takes @p's pi_lock and both run queues' locks.
 * Return: true if @p waits for the caller's CPU now.
 */
bool pvsched_pull_task(struct task_struct *p)
{
	struct rq *rq, *from;

	if (!pvsched_may_go(task_rq(p), raw_rq(), p))
		return false;

	guard(raw_spinlock_irqsave)(&p->pi_lock);
	rq = this_rq();
	from = task_rq(p);

	guard(double_rq_lock)(rq, from);
	/* Another task may have come, or the caller may be on another CPU by now. */
	if (rq->nr_running - pvsched_nr_delayed(rq) > 1 || !pvsched_waits_for_move(from, rq, p))
		return false;

	pvsched_move(from, rq, p, NULL, 0);
	return true;
}
EXPORT_SYMBOL_GPL(pvsched_pull_task);

/*
 * Can each of two tasks take the turn of the other? Not with slices that userspace set.
 */
static bool pvsched_is_peer(struct task_struct *curr, struct task_struct *p)
{
	return curr->sched_class == &fair_sched_class && p->sched_class == &fair_sched_class &&
	       pvsched_are_peers(curr, p) &&
	       !curr->se.custom_slice && !p->se.custom_slice;
}

/*
 * Does @p wait for a stranger, and could the caller wait in its place? Leave a longer
 * queue than the caller's to the load balancer, which does not move tasks that ran
 * lately. Require a turn of the caller with which @p can run, and a @p that is in
 * KVM_RUN, which moves the caller when it is loaded.
 */
static bool pvsched_can_swap(struct rq *rq, struct rq *from, struct task_struct *p)
{
	struct task_struct *curr = rcu_dereference_protected(from->curr, true);

	if (curr->mm == p->mm || !pvsched_is_peer(current, p) || !current->se.on_rq)
		return false;

	if (from->nr_running > rq->nr_running || !pvsched_is_vcpu(p))
		return false;

	if (!pvsched_waits_for_move(from, rq, p) || !pvsched_can_move(rq, from, current))
		return false;

	update_rq_clock(rq);
	pvsched_update_curr(current);

	return pvsched_in_bounds(&current->se);
}

static struct pvsched_position pvsched_position_of(struct sched_entity *se)
{
	return (struct pvsched_position) {
		.task = current,
		.queue = pvsched_queue(se),
		.weight = pvsched_weight(se),
		.at = rq_clock(rq_of(cfs_rq_of(se))),
		.cpu = cpu_of(rq_of(cfs_rq_of(se))),
		.vruntime = se->vruntime,
		.deadline = se->deadline,
		.lag = pvsched_lag_behind(avg_vruntime(pvsched_queue(se)), se->vruntime),
	};
}

/**
 * pvsched_swap_in() - Swap the caller with a task that waits behind a stranger.
 * @p:		a task of the fair class, with a reference held
 * @pos:	where to remember the position that @p leaves
 *
 * @p takes the caller's turn on this CPU and is next. The caller takes the turn that @p
 * left, once it is off this CPU, see pvsched_swap_out(). The two tasks swap vruntime and
 * deadline; neither queue's average changes, and no VM gains or loses by any number of
 * swaps.
 *
 * Do not move each of the two with its own lag instead: a debt to the tasks of one
 * queue would become a debt to those of the other, siblings included.
 *
 * Context: Process, preemption off; the caller is to schedule. Takes @p's pi_lock
 * and both run queues' locks.
 * Return: true if @p is next on the caller's CPU.
 */
bool pvsched_swap_in(struct task_struct *p, struct pvsched_position *pos)
{
	struct pvsched_position here;
	struct rq *rq, *from;

	if (!pvsched_may_go(task_rq(p), this_rq(), p))
		return false;

	guard(raw_spinlock_irqsave)(&p->pi_lock);
	rq = this_rq();
	from = task_rq(p);

	guard(double_rq_lock)(rq, from);
	if (!pvsched_can_swap(rq, from, p))
		return false;

	update_rq_clock(from);
	*pos = pvsched_position_of(&p->se);
	here = pvsched_position_of(&current->se);
	pvsched_move(from, rq, p, &here, here.vruntime + here.lag);
	pvsched_make_next(rq, p, &p->se, NULL);
	pvsched_give_up(rq, &current->se);
	pvsched_grant_of(&p->se)->alone = rq_clock(rq) + PVSCHED_SWAP_NS;

	return true;
}
EXPORT_SYMBOL_GPL(pvsched_swap_in);

/*
 * Does @pos still fit @p? A virtual time means something in one queue only, and the
 * task may have another group, weight or slice by now. The run queue of @p is locked.
 */
static bool pvsched_fits(const struct pvsched_position *pos, struct task_struct *p, u64 now)
{
	return pos->task == p && pos->queue == pvsched_queue_on(p, cpu_rq(pos->cpu)) &&
	       pvsched_is_weight(&p->se, pos->weight) && !p->se.custom_slice &&
	       now - pos->at < PVSCHED_POSITION_NS;
}

/* Move the caller to the position, unless the other queue has become as long as this. */
static bool pvsched_take_position(struct task_struct *p, const struct pvsched_position *pos)
{
	struct rq *from, *to = cpu_rq(pos->cpu);

	if (!pvsched_may_go(task_rq(p), to, p))
		return false;

	guard(raw_spinlock_irqsave)(&p->pi_lock);
	from = task_rq(p);

	guard(double_rq_lock)(from, to);
	update_rq_clock(to);
	if (from->nr_running <= to->nr_running || !pvsched_waits_for_move(from, to, p) ||
	    !pvsched_fits(pos, p, rq_clock(to)))
		return false;

	pvsched_move(from, to, p, pos,
		     pvsched_average_with(&to->cfs, pos->vruntime, pos->weight));
	return true;
}

/* Have a caller that stays wait as long as at the position, by the lag there. */
static void pvsched_take_lag(struct task_struct *p, const struct pvsched_position *pos)
{
	struct sched_entity *se = &p->se;
	struct pvsched_turn turn;
	struct rq_flags rf;
	struct rq *rq;
	u64 average;

	rq = task_rq_lock(p, &rf);
	update_rq_clock(rq);
	if (pvsched_can_run_next(rq, p) && pvsched_fits(pos, p, rq_clock(rq))) {
		average = avg_vruntime(pvsched_queue(se));
		turn.vruntime = average - pos->lag;
		turn.deadline = turn.vruntime + (pos->deadline - pos->vruntime);
		pvsched_take_turn(se, &turn, average, pos->weight);
	}
	task_rq_unlock(rq, p, &rf);
}

/**
 * pvsched_swap_out() - Move the caller of a swap to the position that it is to take.
 * @p:		the caller of pvsched_swap_in(), with a reference held
 * @pos:	what pvsched_swap_in() remembered
 *
 * Leave the caller where it is if the other queue has become as long as this one: a
 * task that stays behind in a shorter queue would have more than its share. The caller
 * takes the lag of the position then, for its own turn has been given away. Do nothing
 * if the position does not fit @p any more.
 *
 * Context: Any but with a run queue locked. Takes @p's pi_lock and both run
 * queues' locks.
 */
void pvsched_swap_out(struct task_struct *p, const struct pvsched_position *pos)
{
	if (!pvsched_take_position(p, pos))
		pvsched_take_lag(p, pos);
}
EXPORT_SYMBOL_GPL(pvsched_swap_out);
