// SPDX-License-Identifier: GPL-2.0
/*
 * A spinlock benchmark inside the guest kernel, for tests and measurements.
 *
 * Write to pvsched/locktest in debugfs:
 *
 *	THREADS HOLD THINK LOCKS MILLISECONDS [NESTED]
 *
 * THREADS threads (0: one for each CPU), which the scheduler spreads, take one of
 * LOCKS locks at random, hold it for HOLD rounds of an empty loop, and then run
 * THINK rounds outside, give or take a half. The write returns when the time is
 * up; a read of the file then returns the figures. With NESTED 1 each thread takes a
 * second lock, an inner one, while it holds the first, and holds each for HOLD rounds.
 * An unlock of the inner lock must not give the CPU away. The benchmark measures whatever
 * spin_lock() is in this boot.
 *
 * Two counters inside each critical section prove mutual exclusion.
 *
 * Two figures say what the lock itself costs, in cycles of the TSC: one taking and
 * releasing of an uncontended lock, and one acquisition of this run. In virtual
 * time a cycle is an instruction. With HOLD and THINK 0 and one lock an
 * acquisition is a hand-over plus the test's own work.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/sched/clock.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <asm/msr.h>

#include "internal.h"

#define PVSCHED_TEST_MAX_LOCKS		256
#define PVSCHED_TEST_MAX_THREADS	1024
#define PVSCHED_TEST_MAX_MS		600000
#define PVSCHED_TEST_MAX_ROUNDS		10000000

/* A histogram with PVSCHED_TEST_PARTS buckets for each power of two. */
#define PVSCHED_TEST_PARTS_LOG	4
#define PVSCHED_TEST_PARTS	(1 << PVSCHED_TEST_PARTS_LOG)
#define PVSCHED_TEST_BUCKETS	(40 * PVSCHED_TEST_PARTS)

#define PVSCHED_TEST_BATCHES	32
#define PVSCHED_TEST_BATCH	128

struct pvsched_test_lock {
	spinlock_t lock;	/* guards before and after */
	u64 before;
	u64 after;
} ____cacheline_aligned_in_smp;

struct pvsched_test_thread {
	struct task_struct *task;
	u32 random;
	u64 count;
	u64 longest;
	bool damaged;
	u32 waits[PVSCHED_TEST_BUCKETS];
};

struct pvsched_test_result {
	u64 count;
	u64 least;
	u64 most;
	u64 ns;
	u64 cycles;
	u64 alone;
	u64 longest;
	u64 waits[PVSCHED_TEST_BUCKETS];
};

static struct {
	u32 threads, hold, think, locks, ms, nested;
} pvsched_test_setup;

static DEFINE_MUTEX(pvsched_test_mutex);
static struct pvsched_test_lock pvsched_test_lock[PVSCHED_TEST_MAX_LOCKS];
static struct pvsched_test_lock pvsched_test_inner[PVSCHED_TEST_MAX_LOCKS];
static struct pvsched_test_thread *pvsched_test_thread;
static struct pvsched_test_result pvsched_test_result;
static bool pvsched_test_go, pvsched_test_stop;

static u32 pvsched_test_random(struct pvsched_test_thread *t)
{
	t->random ^= t->random << 13;
	t->random ^= t->random >> 17;
	t->random ^= t->random << 5;

	return t->random;
}

static noinline void pvsched_test_spin(u32 rounds)
{
	while (rounds--)
		barrier();
}

static u32 pvsched_test_bucket(u64 ns)
{
	u32 log;

	if (ns < PVSCHED_TEST_PARTS)
		return ns;

	log = ilog2(ns);
	return min_t(u32, (log - PVSCHED_TEST_PARTS_LOG + 1) * PVSCHED_TEST_PARTS +
		     ((ns >> (log - PVSCHED_TEST_PARTS_LOG)) & (PVSCHED_TEST_PARTS - 1)),
		     PVSCHED_TEST_BUCKETS - 1);
}

/* The shortest wait that @bucket counts. */
static u64 pvsched_test_bucket_ns(u32 bucket)
{
	u32 log = bucket / PVSCHED_TEST_PARTS;

	if (!log)
		return bucket;

	return (u64)(PVSCHED_TEST_PARTS + bucket % PVSCHED_TEST_PARTS) << (log - 1);
}

static void pvsched_test_hold(struct pvsched_test_thread *t, struct pvsched_test_lock *l)
{
	l->before++;
	pvsched_test_spin(pvsched_test_setup.hold);
	t->damaged |= l->before != ++l->after;
}

static void pvsched_test_nest(struct pvsched_test_thread *t)
{
	struct pvsched_test_lock *l;

	l = &pvsched_test_inner[pvsched_test_random(t) % pvsched_test_setup.locks];
	spin_lock_nested(&l->lock, SINGLE_DEPTH_NESTING);
	pvsched_test_hold(t, l);
	spin_unlock(&l->lock);
}

static void pvsched_test_round(struct pvsched_test_thread *t)
{
	u32 think = pvsched_test_setup.think;
	struct pvsched_test_lock *l;
	u64 start, wait;

	l = &pvsched_test_lock[pvsched_test_random(t) % pvsched_test_setup.locks];
	start = local_clock();
	spin_lock(&l->lock);
	wait = local_clock() - start;
	pvsched_test_hold(t, l);
	if (pvsched_test_setup.nested)
		pvsched_test_nest(t);
	spin_unlock(&l->lock);

	t->count++;
	t->longest = max(t->longest, wait);
	t->waits[pvsched_test_bucket(wait)]++;
	if (think)
		pvsched_test_spin(think / 2 + pvsched_test_random(t) % think);
}

static int pvsched_test_run(void *arg)
{
	struct pvsched_test_thread *t = arg;

	while (!READ_ONCE(pvsched_test_go))
		schedule_timeout_uninterruptible(1);

	while (!READ_ONCE(pvsched_test_stop)) {
		pvsched_test_round(t);
		cond_resched();
	}

	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);

	return 0;
}

static int pvsched_test_create(int i)
{
	struct pvsched_test_thread *t = &pvsched_test_thread[i];
	struct task_struct *task;

	task = kthread_create_on_node(pvsched_test_run, t, NUMA_NO_NODE, "locktest/%d", i);
	if (IS_ERR(task))
		return PTR_ERR(task);

	t->task = task;
	t->random = (i + 1) * 2654435761u | 1;
	wake_up_process(task);

	return 0;
}

static int pvsched_test_create_all(void)
{
	int i, ret = 0;

	for (i = 0; !ret && i < pvsched_test_setup.threads; i++)
		ret = pvsched_test_create(i);

	return ret;
}

static int pvsched_test_join(struct pvsched_test_result *r)
{
	bool damaged = false;
	u64 count;
	int i, j;

	for (i = 0; i < pvsched_test_setup.threads; i++) {
		struct pvsched_test_thread *t = &pvsched_test_thread[i];

		if (!t->task)
			continue;
		kthread_stop(t->task);
		count = t->count;
		r->count += count;
		r->least = i ? min(r->least, count) : count;
		r->most = max(r->most, count);
		r->longest = max(r->longest, t->longest);
		damaged |= t->damaged;
		for (j = 0; j < PVSCHED_TEST_BUCKETS; j++)
			r->waits[j] += t->waits[j];
	}

	return damaged ? -EIO : 0;
}

/* Take the fastest of several batches: the host interrupts some. */
static u64 pvsched_test_alone(spinlock_t *lock)
{
	u64 start, best = U64_MAX;
	unsigned long flags;
	int i, batch;

	for (batch = 0; batch < PVSCHED_TEST_BATCHES; batch++) {
		local_irq_save(flags);
		start = rdtsc_ordered();
		for (i = 0; i < PVSCHED_TEST_BATCH; i++) {
			spin_lock(lock);
			spin_unlock(lock);
		}
		best = min(best, rdtsc_ordered() - start);
		local_irq_restore(flags);
	}

	return best / PVSCHED_TEST_BATCH;
}

/* The counters inside the critical sections must match those outside. */
static int pvsched_test_check(const struct pvsched_test_result *r)
{
	u64 sum = 0, inner = 0;
	int i;

	for (i = 0; i < pvsched_test_setup.locks; i++) {
		sum += pvsched_test_lock[i].after;
		inner += pvsched_test_inner[i].after;
	}

	if (sum != r->count || inner != (pvsched_test_setup.nested ? sum : 0))
		return -EIO;

	return 0;
}

static int pvsched_test_measure(struct pvsched_test_result *r)
{
	u64 start;
	int ret;

	WRITE_ONCE(pvsched_test_go, false);
	WRITE_ONCE(pvsched_test_stop, false);
	ret = pvsched_test_create_all();
	start = ktime_get_ns();
	r->cycles = rdtsc_ordered();
	if (!ret) {
		WRITE_ONCE(pvsched_test_go, true);
		msleep(pvsched_test_setup.ms);
	}
	WRITE_ONCE(pvsched_test_stop, true);
	WRITE_ONCE(pvsched_test_go, true);
	r->ns = ktime_get_ns() - start;
	r->cycles = rdtsc_ordered() - r->cycles;

	return pvsched_test_join(r) ?: ret ?: pvsched_test_check(r);
}

static void pvsched_test_init_lock(struct pvsched_test_lock *l)
{
	spin_lock_init(&l->lock);
	l->before = 0;
	l->after = 0;
}

static int pvsched_test_start(void)
{
	struct pvsched_test_result *r = &pvsched_test_result;
	int i, ret;

	pvsched_test_thread = kvcalloc(pvsched_test_setup.threads,
				       sizeof(*pvsched_test_thread), GFP_KERNEL);
	if (!pvsched_test_thread)
		return -ENOMEM;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < pvsched_test_setup.locks; i++) {
		pvsched_test_init_lock(&pvsched_test_lock[i]);
		pvsched_test_init_lock(&pvsched_test_inner[i]);
	}
	r->alone = pvsched_test_alone(&pvsched_test_lock[0].lock);
	ret = pvsched_test_measure(r);
	kvfree(pvsched_test_thread);

	return ret;
}

static int pvsched_test_parse(const char *text)
{
	pvsched_test_setup.nested = 0;
	if (sscanf(text, "%u %u %u %u %u %u", &pvsched_test_setup.threads,
		   &pvsched_test_setup.hold, &pvsched_test_setup.think,
		   &pvsched_test_setup.locks, &pvsched_test_setup.ms,
		   &pvsched_test_setup.nested) < 5)
		return -EINVAL;

	if (!pvsched_test_setup.threads)
		pvsched_test_setup.threads = num_online_cpus();

	if (pvsched_test_setup.threads > PVSCHED_TEST_MAX_THREADS ||
	    pvsched_test_setup.hold > PVSCHED_TEST_MAX_ROUNDS ||
	    pvsched_test_setup.think > PVSCHED_TEST_MAX_ROUNDS ||
	    !pvsched_test_setup.locks || pvsched_test_setup.locks > PVSCHED_TEST_MAX_LOCKS ||
	    !pvsched_test_setup.ms || pvsched_test_setup.ms > PVSCHED_TEST_MAX_MS ||
	    pvsched_test_setup.nested > 1)
		return -EINVAL;

	return 0;
}

static ssize_t pvsched_test_write(struct file *file, const char __user *buf, size_t size,
				  loff_t *pos)
{
	char text[80] = "";
	int ret;

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, size))
		return -EFAULT;

	mutex_lock(&pvsched_test_mutex);
	ret = pvsched_test_parse(text) ?: pvsched_test_start();
	mutex_unlock(&pvsched_test_mutex);

	return ret ?: size;
}

/* The wait that @part of 1000 waits do not reach. */
static u64 pvsched_test_quantile(const struct pvsched_test_result *r, u32 part)
{
	u64 left = div_u64(r->count * part, 1000);
	int i;

	for (i = 0; i < PVSCHED_TEST_BUCKETS - 1; i++) {
		if (left < r->waits[i])
			break;
		left -= r->waits[i];
	}

	return pvsched_test_bucket_ns(i);
}

static int pvsched_test_show(struct seq_file *m, void *v)
{
	const struct pvsched_test_result *r = &pvsched_test_result;
	u64 share;

	mutex_lock(&pvsched_test_mutex);
	share = r->most ? div64_u64(r->least * 1000, r->most) : 0;
	seq_printf(m, "acquisitions_per_s %llu\n",
		   r->ns ? div64_u64(r->count * NSEC_PER_SEC, r->ns) : 0);
	seq_printf(m, "wait_p50_ns %llu\n", pvsched_test_quantile(r, 500));
	seq_printf(m, "wait_p99_ns %llu\n", pvsched_test_quantile(r, 990));
	seq_printf(m, "wait_p999_ns %llu\n", pvsched_test_quantile(r, 999));
	seq_printf(m, "wait_max_ns %llu\n", r->longest);
	seq_printf(m, "fairness %llu.%03llu\n", div_u64(share, 1000), share % 1000);
	seq_printf(m, "uncontended_cycles %llu\n", r->alone);
	seq_printf(m, "handover_cycles %llu\n",
		   r->count ? div64_u64(r->cycles, r->count) : 0);
	mutex_unlock(&pvsched_test_mutex);

	return 0;
}

static int pvsched_test_open(struct inode *inode, struct file *file)
{
	return single_open(file, pvsched_test_show, NULL);
}

static const struct file_operations pvsched_test_fops = {
	.owner = THIS_MODULE,
	.open = pvsched_test_open,
	.read = seq_read,
	.write = pvsched_test_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * pvsched_test_debugfs() - Make the file that runs the test.
 * @dir:	the debugfs directory of pvsched
 */
void __init pvsched_test_debugfs(struct dentry *dir)
{
	debugfs_create_file("locktest", 0600, dir, NULL, &pvsched_test_fops);
}
