// SPDX-License-Identifier: GPL-2.0
/*
 * Longer slices for vCPUs that have a CPU to themselves, as a VM.
 *
 * A switch between vCPUs costs more than one between other tasks: state is saved
 * and loaded, and the guest handles the tick that it missed. Where vCPUs of one VM
 * alternate and no other task waits, that VM gains by longer slices and is the one
 * that waits longer. Shares do not change, because time used counts and not the
 * slice.
 *
 * Only the deadline is later. The slice itself stays the base's, for the base bounds
 * the lag that a task keeps by its slice, and a debt of longer slices would be left to
 * the strangers of another queue.
 *
 * A task that wakes up begins with the base's slice, vCPU or not.
 */

bool pvsched_slice __read_mostly = true;
EXPORT_SYMBOL_GPL(pvsched_slice);

/* As much as sched_setattr() takes. */
#define PVSCHED_MAX_SLICE_US	100000u

/* Three ticks of 250 Hz in effect. The base's slice counts where it is longer. */
unsigned int pvsched_slice_us __read_mostly = 9000;
EXPORT_SYMBOL_GPL(pvsched_slice_us);

/* Were longer slices given on this CPU since a stranger came? Under the queue's lock. */
static DEFINE_PER_CPU(bool, pvsched_long_slices);

/* How long a vCPU may run that shares its CPU with siblings only. */
static u64 pvsched_longer_slice_ns(u64 slice)
{
	u64 least = min(READ_ONCE(pvsched_slice_us), PVSCHED_MAX_SLICE_US) * NSEC_PER_USEC;

	return max(slice, least);
}

/**
 * pvsched_slice_ns() - How long an entity may run that begins a slice.
 * @se:		the entity, a task or a group
 * @slice:	its slice in the base, in nanoseconds
 *
 * Context: The run queue is locked.
 * Return: the time in nanoseconds until its deadline.
 */
u64 pvsched_slice_ns(struct sched_entity *se, u64 slice)
{
	struct rq *rq = rq_of(cfs_rq_of(se));
	struct task_struct *p;

	if (!READ_ONCE(pvsched_slice))
		return slice;

	p = pvsched_vcpu_of(se);
	if (!p || p->se.custom_slice || !pvsched_has_only_siblings(rq, p))
		return slice;

	per_cpu(pvsched_long_slices, cpu_of(rq)) = true;
	return pvsched_longer_slice_ns(slice);
}

/*
 * Is the deadline of @se later than the base would have it? Where weights change the base
 * rounds, so a little later is not.
 */
static bool pvsched_has_long_rest(struct sched_entity *se)
{
	s64 rest = se->deadline - se->vruntime;

	return rest > (s64)calc_delta_fair(se->slice + se->slice / 8, se);
}

/* Bring a deadline to where it were if the slice had been the base's from the beginning. */
static void pvsched_cut_slice(struct sched_entity *se)
{
	u64 longer = pvsched_longer_slice_ns(se->slice) - se->slice;
	bool protected = pvsched_queue(se)->curr == se && protect_slice(se);
	struct pvsched_turn turn = pvsched_turn_of(se);
	s64 rest = turn.deadline - turn.vruntime;

	if (!pvsched_has_long_rest(se))
		return;

	rest -= calc_delta_fair(longer, se);
	turn.deadline = turn.vruntime + clamp(rest, 0, (s64)calc_delta_fair(se->slice, se));
	pvsched_set_turn(se, &turn);
	if (protected)
		pvsched_protect_slice(se);
}

/* A vCPU, and the groups that stand for it. */
static void pvsched_cut_slices(struct sched_entity *se)
{
	for_each_pvsched_level(se) {
		if (!pvsched_vcpu_of(se))
			break;
		pvsched_cut_slice(se);
	}
}

/**
 * pvsched_requeue() - An entity wakes up before its delayed dequeue.
 * @se:		the entity, still in the queue
 *
 * A vCPU that does is not placed anew, and would keep a later deadline.
 *
 * Context: The run queue is locked.
 */
void pvsched_requeue(struct sched_entity *se)
{
	if (entity_is_task(se) && pvsched_is_vcpu(task_of(se)))
		pvsched_cut_slice(se);
}

/**
 * pvsched_arrive() - A task has come to a queue.
 * @rq:		the run queue
 * @p:		the task
 *
 * If the task is a stranger to vCPUs with longer slices, end those: it would wait for
 * them, even if it is not eligible yet and so does not preempt.
 *
 * Context: The run queue is locked.
 */
void pvsched_arrive(struct rq *rq, struct task_struct *p)
{
	bool *long_slices = &per_cpu(pvsched_long_slices, cpu_of(rq));
	int looks = PVSCHED_QUEUE_LOOKS;
	struct task_struct *other;

	*long_slices |= pvsched_is_vcpu(p) && pvsched_has_long_rest(&p->se);
	if (likely(!*long_slices) || pvsched_has_only_siblings(rq, p))
		return;

	*long_slices = false;
	list_for_each_entry(other, &rq->cfs_tasks, se.group_node) {
		if (!looks--)
			break;
		pvsched_cut_slices(&other->se);
	}
}
