// SPDX-License-Identifier: GPL-2.0
/*
 * The part "fold": run tasks on as many vCPUs as the host has CPUs for the VM, and
 * let the others sleep.
 *
 * The host writes how many those are into each vCPU's steal-time record. In the tick,
 * and once in PVSCHED_FOLD_PERIOD on any CPU, a CPU reads its own record, which the host
 * has brought up to date when it entered the guest for that tick. follow.c makes a number
 * of vCPUs of it; the first so many of an order are preferred CPUs, the others are folded.
 * An idle guest has no tick and needs none: what wakes up is placed by the numbers of
 * before, and keeps its CPU's tick going from then on.
 *
 * A folded CPU has to run once more to be left, see evacuate.c, and may be off CPU. Then
 * the ticks of the others yield to it.
 *
 * The number is advice, and may be wrong. Whatever it is, a period changes at most
 * PVSCHED_FOLD_STEP CPUs, follow.c bounds how often the guest is folded, and affinity
 * comes first.
 *
 * After a migration the record may hold what the last host wrote. While the number
 * asks for fewer than all, look every PVSCHED_OFFER_CHECK whether the host still offers
 * the feature.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/kvm_para.h>
#include <linux/pvsched_preferred.h>
#include <linux/sched/clock.h>
#include <linux/sched/isolation.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <linux/time64.h>

#include "base.h"
#include "internal.h"
#include "fold.h"
#include "trace.h"

/*
 * ns between two looks at the number: less than a tick. Jiffies would not do, they stand
 * still while the vCPU that counts them is off CPU.
 */
#define PVSCHED_FOLD_PERIOD	(TICK_NSEC / 2)

/* CPUs that one look folds or takes into use, with interrupts off */
#define PVSCHED_FOLD_STEP	64

/* ns after a fold in which other CPUs yield to those that are to be left */
#define PVSCHED_FOLD_HELP	(100 * NSEC_PER_MSEC)

/* ns between two looks at CPUID, each of which is an exit */
#define PVSCHED_OFFER_CHECK	(50 * NSEC_PER_MSEC)

/* ns between two counts of the CPUs that may be folded */
#define PVSCHED_RECOUNT		(100 * NSEC_PER_MSEC)

enum pvsched_policy {
	PVSCHED_POLICY_HOST,
	PVSCHED_POLICY_STEAL,
};

static const char * const pvsched_policy_name[] = {
	[PVSCHED_POLICY_HOST] = "host",
	[PVSCHED_POLICY_STEAL] = "steal",
};

/* The records, in arch/x86/kernel/kvm.c */
DECLARE_PER_CPU(struct kvm_steal_time, steal_time);

/*
 * @lock:	protects all of it
 * @at:		ns of the last update; also read without the lock, as a hint
 * @capacity:	the number that was seen last; also read without the lock
 * @changed_at:	ns when it became that
 * @offered_at:	ns of the last look at CPUID
 * @offered:	what that showed
 * @follow:	the host's number
 * @by_steal:	and steal time
 * @cpus:	vCPUs in use, once all changes are done
 * @all:	active CPUs at the last count
 * @foldable:	those of them that may be folded
 * @counted_at:	ns of that count
 * @applied_at:	ns when they changed last; also read without the lock
 * @unfinished:	some are to be done by the next update
 * @order:	CPUs, in the order in which they are taken into use
 * @nr:		how many those are, 0 at first
 */
static struct {
	raw_spinlock_t lock;
	u64 at;
	u32 capacity;
	u64 changed_at;
	u64 offered_at;
	bool offered;
	struct pvsched_follow follow;
	struct pvsched_by_steal by_steal;
	unsigned int cpus;
	unsigned int all;
	unsigned int foldable;
	u64 counted_at;
	u64 applied_at;
	bool unfinished;
	u16 *order;
	unsigned int nr;
} pvsched_fold_state = {
	.lock = __RAW_SPIN_LOCK_UNLOCKED(pvsched_fold_state.lock),
};

static bool pvsched_fold __read_mostly;
static int pvsched_policy __read_mostly = PVSCHED_POLICY_HOST;

/* A test's number in place of the host's, 0 for none */
static u32 pvsched_fold_override __read_mostly;

static u64 pvsched_fold_time[PVSCHED_NR_FOLD_TIMES];

/**
 * pvsched_fold_note() - Remember how long something took since the number changed.
 * @what:	what was just done
 *
 * Context: any. The last of several counts; for debugfs only.
 */
void pvsched_fold_note(enum pvsched_fold_time what)
{
	WRITE_ONCE(pvsched_fold_time[what],
		   local_clock() - READ_ONCE(pvsched_fold_state.changed_at));
}

/**
 * pvsched_host_capacity() - The host's number.
 *
 * Context: any.
 * Return: CPUs in 1/1024 that the VM can have, or 0 when the host does not know.
 */
u32 pvsched_host_capacity(void)
{
	return READ_ONCE(pvsched_fold_state.capacity);
}

static bool pvsched_still_offered(u64 now)
{
	if (now - pvsched_fold_state.offered_at >= PVSCHED_OFFER_CHECK) {
		pvsched_fold_state.offered = kvm_para_has_feature(PVSCHED_FEATURE_CAPACITY);
		pvsched_fold_state.offered_at = now;
	}

	return pvsched_fold_state.offered;
}

/* The record of this CPU, between two updates of it. */
static u32 pvsched_read_record(void)
{
	struct pvsched_steal_time *st = (void *)this_cpu_ptr(&steal_time);
	u32 version, capacity;

	do {
		version = READ_ONCE(st->version);
		/* As in kvm_steal_clock(); pairs with the host's write barriers. */
		virt_rmb();
		capacity = READ_ONCE(st->capacity);
		/* See above. */
		virt_rmb();
	} while ((version & 1) || version != READ_ONCE(st->version));

	return capacity;
}

static u32 pvsched_read_capacity(unsigned int all, u64 now)
{
	u32 capacity = READ_ONCE(pvsched_fold_override);

	if (capacity)
		return capacity;

	capacity = pvsched_read_record();
	if (capacity && pvsched_capacity_cpus(capacity, all) < all && !pvsched_still_offered(now))
		return 0;

	return capacity;
}

static u64 pvsched_all_steal(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_online_cpu(cpu)
		sum += paravirt_steal_clock(cpu);

	return sum;
}

static void pvsched_note_capacity(u32 capacity, u64 now)
{
	if (capacity == pvsched_fold_state.capacity)
		return;

	WRITE_ONCE(pvsched_fold_state.capacity, capacity);
	WRITE_ONCE(pvsched_fold_state.changed_at, now);
}

static unsigned int pvsched_fold_decide(unsigned int all, u64 now)
{
	unsigned int wanted = all;

	pvsched_note_capacity(pvsched_read_capacity(all, now), now);

	if (READ_ONCE(pvsched_fold) && READ_ONCE(pvsched_policy) == PVSCHED_POLICY_STEAL)
		return pvsched_follow_steal(&pvsched_fold_state.by_steal, pvsched_all_steal(),
					    now, all, pvsched_fold_state.cpus ?: all);

	if (READ_ONCE(pvsched_fold))
		wanted = pvsched_capacity_cpus(pvsched_fold_state.capacity, all);

	return pvsched_follow(&pvsched_fold_state.follow, wanted, now);
}

/* Isolated CPUs have their tasks by affinity, and those without a tick would not see it. */
static bool pvsched_is_foldable(unsigned int cpu)
{
	return cpu_active(cpu) && !cpu_is_isolated(cpu) && !tick_nohz_full_cpu(cpu);
}

static unsigned int pvsched_count_foldable(void)
{
	unsigned int cpu, count = 0;

	for_each_cpu(cpu, cpu_active_mask)
		count += pvsched_is_foldable(cpu);

	return count;
}

/*
 * CPUs become active, and isolated, without a word to this part: count now and then. Return
 * true if that makes a difference.
 */
static bool pvsched_fold_recount(unsigned int all, u64 now)
{
	unsigned int foldable = pvsched_fold_state.foldable;
	bool changed = all != pvsched_fold_state.all;

	if (!changed && now - pvsched_fold_state.counted_at < PVSCHED_RECOUNT)
		return false;

	pvsched_fold_state.all = all;
	pvsched_fold_state.counted_at = now;
	pvsched_fold_state.foldable = pvsched_count_foldable();

	return changed || foldable != pvsched_fold_state.foldable;
}

/* Return true if that is new. */
static bool pvsched_fold_cpu(unsigned int cpu, bool preferred)
{
	if (cpu_preferred(cpu) == preferred)
		return false;

	set_cpu_preferred(cpu, preferred);
	pvsched_settle(cpu);

	return true;
}

/* Others than the foldable ones may idle, so they do not count as used. */
static void pvsched_fold_apply(unsigned int cpus)
{
	unsigned int steps = 0, taken = 0, i;

	pvsched_note_use(min(cpus, pvsched_fold_state.foldable), pvsched_fold_state.foldable);
	pvsched_fold_state.unfinished = false;
	for (i = 0; i < pvsched_fold_state.nr; i++) {
		unsigned int cpu = pvsched_fold_state.order[i];
		bool preferred = !pvsched_is_foldable(cpu) || taken++ < cpus;

		steps += pvsched_fold_cpu(cpu, preferred);
		if (steps == PVSCHED_FOLD_STEP) {
			pvsched_fold_state.unfinished = true;
			break;
		}
	}
}

/* Not before the CPUs have an order, and the base knows which of them are isolated. */
static bool pvsched_fold_is_ready(void)
{
	return READ_ONCE(pvsched_fold_state.nr);
}

/* Clocks of CPUs may differ: time does not go back from one update to the next. */
static u64 pvsched_fold_now(void)
{
	return max(local_clock(), pvsched_fold_state.at);
}

static void pvsched_fold_update(void)
{
	u64 now = pvsched_fold_now();
	unsigned int all = num_active_cpus(), cpus;
	bool recounted;

	lockdep_assert_held(&pvsched_fold_state.lock);
	if (!pvsched_fold_is_ready())
		return;

	WRITE_ONCE(pvsched_fold_state.at, now);

	cpus = pvsched_fold_decide(all, now);
	recounted = pvsched_fold_recount(all, now);
	if (cpus == pvsched_fold_state.cpus && !recounted && !pvsched_fold_state.unfinished)
		return;

	if (cpus != pvsched_fold_state.cpus) {
		trace_pvsched_fold(pvsched_fold_state.capacity, pvsched_fold_state.cpus,
				   cpus, all);
		pvsched_counter_inc(PVSCHED_FOLD_CHANGES);
		pvsched_fold_note(PVSCHED_FOLD_DECIDED);
	}
	pvsched_fold_state.cpus = cpus;
	WRITE_ONCE(pvsched_fold_state.applied_at, now);
	pvsched_fold_apply(cpus);
}

static bool pvsched_fold_is_due(u64 now)
{
	return time_after_eq64(now, READ_ONCE(pvsched_fold_state.at) + PVSCHED_FOLD_PERIOD);
}

/* See pvsched_fold_tick(). */
void __pvsched_fold_tick(int cpu)
{
	u64 now = local_clock();

	/* Another CPU may have looked since that was read. */
	if (pvsched_fold_is_due(now) && raw_spin_trylock(&pvsched_fold_state.lock)) {
		if (pvsched_fold_is_due(now))
			pvsched_fold_update();
		raw_spin_unlock(&pvsched_fold_state.lock);
	}

	if (!pvsched_some_folded())
		return;

	if (!cpu_preferred(cpu))
		pvsched_leave(cpu);
	else if (time_before64(now, READ_ONCE(pvsched_fold_state.applied_at) + PVSCHED_FOLD_HELP))
		pvsched_help_to_settle();
}

/*
 * An idle guest has no tick in which a new setting would be seen. What the number did
 * so far does not count for a setting that is @new.
 */
static void pvsched_fold_set(bool new)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&pvsched_fold_state.lock, flags);
	if (new)
		memset(&pvsched_fold_state.follow, 0, sizeof(pvsched_fold_state.follow));
	pvsched_fold_update();
	raw_spin_unlock_irqrestore(&pvsched_fold_state.lock, flags);
}

/*
 * Have the scheduler ask from now on, if there is anything to follow. Patching code
 * sends an IPI to all vCPUs, so it is not taken back.
 */
static void pvsched_fold_hook_on(void)
{
	/* Pairs with itself: of two settings at a time, or one and boot, one sees the other. */
	smp_mb();
	if (!pvsched_fold_is_ready())
		return;

	if (READ_ONCE(pvsched_fold) && (kvm_para_has_feature(PVSCHED_FEATURE_CAPACITY) ||
					READ_ONCE(pvsched_policy) == PVSCHED_POLICY_STEAL ||
					READ_ONCE(pvsched_fold_override)))
		static_branch_enable(&pvsched_fold_hook);
}

static int pvsched_set_fold(const char *val, const struct kernel_param *kp)
{
	bool on;

	if (kstrtobool(val, &on))
		return -EINVAL;

	if (on && !pvsched_part_usable(PVSCHED_PART_FOLD))
		return -EOPNOTSUPP;

	WRITE_ONCE(pvsched_fold, on);
	pvsched_fold_hook_on();
	pvsched_fold_set(true);

	return 0;
}

static const struct kernel_param_ops pvsched_fold_ops = {
	.set = pvsched_set_fold,
	.get = param_get_bool,
};
module_param_cb(fold, &pvsched_fold_ops, &pvsched_fold, 0644);

static int pvsched_set_policy(const char *val, const struct kernel_param *kp)
{
	int policy = sysfs_match_string(pvsched_policy_name, val);

	if (policy < 0)
		return policy;

	WRITE_ONCE(pvsched_policy, policy);
	pvsched_fold_hook_on();
	pvsched_fold_set(true);

	return 0;
}

static int pvsched_get_policy(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", pvsched_policy_name[READ_ONCE(pvsched_policy)]);
}

static const struct kernel_param_ops pvsched_policy_ops = {
	.set = pvsched_set_policy,
	.get = pvsched_get_policy,
};
module_param_cb(policy, &pvsched_policy_ops, NULL, 0644);

static int pvsched_override_get(void *data, u64 *val)
{
	*val = READ_ONCE(pvsched_fold_override);

	return 0;
}

static int pvsched_override_set(void *data, u64 val)
{
	if (val > U32_MAX)
		return -ERANGE;

	WRITE_ONCE(pvsched_fold_override, val);
	pvsched_fold_hook_on();
	pvsched_fold_set(false);

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(pvsched_override_fops, pvsched_override_get, pvsched_override_set,
			 "%llu\n");

static int pvsched_fold_show(struct seq_file *m, void *v)
{
	seq_printf(m, "capacity %u\n", pvsched_host_capacity());
	seq_printf(m, "vcpus %u\n", READ_ONCE(pvsched_fold_state.cpus));
	seq_printf(m, "active %u\n", num_active_cpus());
	seq_printf(m, "decided_ns %llu\n", READ_ONCE(pvsched_fold_time[PVSCHED_FOLD_DECIDED]));
	seq_printf(m, "emptied_ns %llu\n", READ_ONCE(pvsched_fold_time[PVSCHED_FOLD_EMPTIED]));
	seq_printf(m, "filled_ns %llu\n", READ_ONCE(pvsched_fold_time[PVSCHED_FOLD_FILLED]));

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pvsched_fold);

/**
 * pvsched_fold_debugfs() - Make the files of the part.
 * @dir:	the debugfs directory of pvsched
 *
 * Context: process.
 */
void __init pvsched_fold_debugfs(struct dentry *dir)
{
	debugfs_create_file("fold", 0444, dir, NULL, &pvsched_fold_fops);
	debugfs_create_file_unsafe("fold_capacity", 0644, dir, NULL, &pvsched_override_fops);
}

/* Called for a CPU that comes, before it is active, and for one that is not any more. */
static int pvsched_fold_reorder(unsigned int unused)
{
	unsigned int cpu, nr = nr_cpu_ids;
	struct pvsched_place *place = kcalloc(nr, sizeof(*place), GFP_KERNEL);
	u16 *order = kcalloc(nr, sizeof(*order), GFP_KERNEL);

	if (!place || !order)
		goto out;

	for (cpu = 0; cpu < nr; cpu++)
		pvsched_topology(cpu, &place[cpu]);
	pvsched_order_cpus(place, nr, order);

	scoped_guard(raw_spinlock_irqsave, &pvsched_fold_state.lock) {
		swap(order, pvsched_fold_state.order);
		WRITE_ONCE(pvsched_fold_state.nr, nr);
		pvsched_fold_state.unfinished = true;
	}
out:
	/* Without memory the last order is still one. */
	kfree(order);
	kfree(place);

	return 0;
}

static int __init pvsched_fold_hotplug_init(void)
{
	int ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "x86/pvsched:fold",
					    pvsched_fold_reorder, pvsched_fold_reorder);

	if (ret < 0)
		return ret;

	scoped_guard(cpus_read_lock)
		pvsched_fold_reorder(0);

	/* For what was set until now. */
	pvsched_fold_hook_on();

	return 0;
}
late_initcall(pvsched_fold_hotplug_init);

/**
 * pvsched_fold_init() - Switch the part on if it can be.
 *
 * Context: boot CPU, before the others are up.
 */
void __init pvsched_fold_init(void)
{
	pvsched_fold = pvsched_part_usable(PVSCHED_PART_FOLD);
}
