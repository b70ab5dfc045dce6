// SPDX-License-Identifier: GPL-2.0
/*
 * What an entity stands for, and its turn.
 *
 * An entity's turn is its virtual runtime, which says whether it is eligible, and its
 * virtual deadline, which says what it comes before. A sibling is a vCPU of the same VM,
 * or a group that holds one such vCPU and nothing else. A stranger is anything else, so
 * the other threads of a VMM are strangers to its vCPUs.
 */

/* Tasks of a run queue to look at, in search of strangers. A longer queue has some. */
#define PVSCHED_QUEUE_LOOKS	16

/* Only KVM has preempt notifiers: of a thread in an ioctl of a vCPU, mostly KVM_RUN. */
static bool pvsched_is_vcpu(struct task_struct *p)
{
	return !hlist_empty(&p->preempt_notifiers);
}

/* Is @p a vCPU that shares its CPU with others of its VM, and with no other task? */
static bool pvsched_has_only_siblings(struct rq *rq, struct task_struct *p)
{
	int looks = PVSCHED_QUEUE_LOOKS, siblings = 0;
	struct task_struct *other;

	if (!pvsched_is_vcpu(p))
		return false;

	list_for_each_entry(other, &rq->cfs_tasks, se.group_node) {
		if (!looks--)
			return false;
		if (other == p || other->se.sched_delayed)
			continue;
		if (other->mm != p->mm || !pvsched_is_vcpu(other))
			return false;
		siblings++;
	}

	return siblings;
}

static struct sched_entity *pvsched_only_entity(struct cfs_rq *cfs_rq)
{
	if (cfs_rq->h_nr_queued != 1)
		return NULL;

	return cfs_rq->curr && cfs_rq->curr->on_rq ? cfs_rq->curr : __pick_first_entity(cfs_rq);
}

/* The vCPU that an entity stands for; NULL if it holds anything else. */
static struct task_struct *pvsched_vcpu_of(struct sched_entity *se)
{
	while (se && se->on_rq && !se->sched_delayed && !entity_is_task(se))
		se = pvsched_only_entity(group_cfs_rq(se));

	if (!se || !se->on_rq || se->sched_delayed || !pvsched_is_vcpu(task_of(se)))
		return NULL;

	return task_of(se);
}

/* Do two entities stand for vCPUs of one VM? */
static bool pvsched_are_siblings(struct sched_entity *a, struct sched_entity *b)
{
	struct task_struct *vcpu_a = pvsched_vcpu_of(a), *vcpu_b = pvsched_vcpu_of(b);

	return vcpu_a && vcpu_b && vcpu_a->mm == vcpu_b->mm;
}

static struct pvsched_turn pvsched_turn_of(struct sched_entity *se)
{
	return (struct pvsched_turn) { se->vruntime, se->deadline };
}

/*
 * An entity that runs is not in the tree, which sorts and sums up the others. Its slice
 * is protected as long as its deadline is the one with which it was picked.
 */
static void pvsched_set_turn(struct sched_entity *se, const struct pvsched_turn *turn)
{
	struct cfs_rq *cfs_rq = pvsched_queue(se);
	bool in_tree = cfs_rq->curr != se;

	if (in_tree)
		__dequeue_entity(cfs_rq, se);
	se->vruntime = turn->vruntime;
	se->deadline = turn->deadline;
	if (in_tree)
		__enqueue_entity(cfs_rq, se);
	else
		cancel_protect_slice(se);
}
