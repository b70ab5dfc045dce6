// SPDX-License-Identifier: GPL-2.0
/*
 * The decisions of the guest's spinlock while it waits: how long to spin before it
 * sleeps, which depends on whether the VM is overcommitted by itself, and which
 * vCPU to yield to. The test sets the time and the states of the vCPUs, and a call
 * of cpu_relax() is a spin.
 *
 * The lock that is waited for is held throughout, and is released when its queue
 * head goes to sleep.
 */
#include <pthread.h>
#include <sched.h>

#include "unit-lock.h"
#include "internal.h"
#include "lock.h"
#include "qnode.h"
#include "tunable.h"

#include "kselftest_harness.h"

/* Spins of a waiter in an overcommitted VM, and in another one. */
#define EARLY		512
#define LATE		SPIN_THRESHOLD

#define PEAK_WINDOW		(2 * HZ)
#define OVERCOMMIT_HOLD		HZ

/*
 * The kernel, as this test decides it
 */
unsigned int nr_cpu_ids = UNIT_CPUS;
__thread int unit_cpu;
u64 unit_counter[PVSCHED_NR_COUNTERS];
struct unit_pv_ops pv_ops;
bool unit_corrupted;
bool pvsched_stats;

extern const struct kernel_param_ops *unit_param_lock;

static unsigned int cpus;
static bool preempted[UNIT_CPUS], idle[UNIT_CPUS], host_refuses, unusable;
static int count_of_preempt = PREEMPT_DISABLE_OFFSET;
static bool in_interrupt, irqs_off;
static unsigned long now;
static u64 steal, steal_of_a_sample;
static __thread unsigned int spins, slept_after;
static __thread bool waits_for_kick;
static unsigned int yields, yields_before_sleep, first_yield;
static unsigned int asked, most_named;	/* the host for a choice; in one yield */
static u32 last_reason;
static int last_named;
static bool asleep[UNIT_CPUS], kicked[UNIT_CPUS];

/* Called at each spin, and when a head sleeps; may be NULL. */
static __thread void (*on_spin)(void);
static __thread void (*on_sleep)(void);

void cpu_relax(void)
{
	spins++;
	if (on_spin)
		on_spin();
}

bool vcpu_is_preempted(int cpu)
{
	return preempted[cpu];
}

bool idle_cpu(int cpu)
{
	return idle[cpu];
}

/* A CPU that is about to wake up has its idle task current; others have none. */
struct pcpu_hot pcpu_hot[UNIT_CPUS];

struct task_struct *idle_task(int cpu)
{
	static struct task_struct tasks[UNIT_CPUS];

	return &tasks[cpu];
}

bool pvsched_needs_help(int cpu)
{
	return preempted[cpu];
}

bool cpu_online(int cpu)
{
	return cpu < (int)cpus;
}

unsigned int unit_online_cpus(void)
{
	return cpus;
}

static void sleep__until_kicked(void)
{
	WRITE_ONCE(asleep[unit_cpu], true);
	while (!READ_ONCE(kicked[unit_cpu]))
		sched_yield();
	WRITE_ONCE(kicked[unit_cpu], false);
	WRITE_ONCE(asleep[unit_cpu], false);
}

/* When the queue head sleeps, release its lock. */
void pv_wait(u8 *ptr, u8 val)
{
	if (!slept_after) {
		slept_after = spins;
		yields_before_sleep = yields;
	}
	if (on_sleep)
		on_sleep();
	if (!waits_for_kick)
		WRITE_ONCE(*ptr, 0);
	else if (READ_ONCE(*ptr) == val)
		sleep__until_kicked();
}

void pv_kick(int cpu)
{
	WRITE_ONCE(kicked[cpu], true);
}

unsigned long unit_jiffies(void)
{
	return now;
}

u64 local_clock(void)
{
	return 0;
}

u64 paravirt_steal_clock(int cpu)
{
	steal += steal_of_a_sample;
	return steal;
}

static u32 capacity;

u32 pvsched_host_capacity(void)
{
	return capacity;
}

bool pvsched_part_usable(enum pvsched_part part)
{
	return !unusable;
}

int preempt_count(void)
{
	return count_of_preempt;
}

bool in_task(void)
{
	return !in_interrupt;
}

bool irqs_disabled(void)
{
	return irqs_off;
}

void unit_delay(void)
{
}

bool pvsched_host_answers(void)
{
	return !host_refuses;
}

void pvsched_yield_untargeted(u32 reason)
{
	if (reason != PVSCHED_YIELD_LOCK_HOLDER)
		unit_corrupted = true;
	asked++;
	if (!yields++)
		first_yield = spins;
}

void pvsched_window_add(struct pvsched_window *w, int cpu)
{
	w->targets[0]++;
	last_named = cpu;
}

/* Count the targets, and keep the reason. */
bool pvsched_window_yield(struct pvsched_window *w)
{
	if (!w->targets[0])
		return false;

	most_named = max(most_named, (unsigned int)w->targets[0]);
	last_reason = w->reason;
	w->targets[0] = 0;
	if (!yields++)
		first_yield = spins;

	return true;
}

/*
 * The waits under test
 */
static struct qspinlock lock;

static void hold(struct qspinlock *l)
{
	l->val.counter = _Q_LOCKED_VAL;
}

static void boot(unsigned int nr)
{
	cpus = nr;
	now = 1000;
	pvsched_lock_init();
	pvsched_lock_debugfs(NULL);
	tune("lock_node_spins", EARLY);
	tune("lock_untargeted_spins", U32_MAX);
}

/* The head's spins before it sleeps. */
static unsigned int head__spins(void)
{
	spins = 0;
	slept_after = 0;
	yields = 0;
	hold(&lock);
	pv_ops.lock.queued_spin_lock_slowpath(&lock, _Q_LOCKED_VAL);
	lock.val.counter = 0;

	return slept_after;
}

/* The same, with @run vCPUs running and the others of @want preempted. */
static unsigned int head__spins_seeing(unsigned int run, unsigned int want)
{
	unsigned int cpu;

	for (cpu = 0; cpu < cpus; cpu++) {
		idle[cpu] = cpu >= want;
		preempted[cpu] = cpu >= run;
	}
	now++;

	return head__spins();
}

/* A waiter behind the head, on a CPU of its own */
#define WAITER	1

static pthread_t waiter;
static unsigned int waiter_spins;
static bool stand_still, turn_has_come, preempt_holder;

/* At the first spin in the queue: wait until the turn has come. */
static void waiter__stand_still(void)
{
	on_spin = NULL;
	while (!READ_ONCE(turn_has_come))
		sched_yield();
}

static void *waiter__main(void *arg)
{
	unit_cpu = WAITER;
	waits_for_kick = true;
	on_spin = stand_still ? waiter__stand_still : NULL;
	pv_ops.lock.queued_spin_lock_slowpath(&lock, _Q_LOCKED_VAL);
	waiter_spins = slept_after;
	pv_ops.lock.queued_spin_unlock.func(&lock);

	return NULL;
}

static void waiter__start(void)
{
	on_spin = NULL;
	pthread_create(&waiter, NULL, waiter__main, NULL);
	while (READ_ONCE(lock.tail) >> 2 != WAITER + 1)
		sched_yield();
}

static void waiter__start_and_release(void)
{
	waiter__start();
	preempted[0] = preempt_holder;
	WRITE_ONCE(lock.locked, 0);
}

static void halts__wait(unsigned int count)
{
	while (__atomic_load_n(&unit_counter[PVSCHED_LOCK_HALTS], __ATOMIC_RELAXED) < count)
		sched_yield();
}

/* The head sleeps, and so does the waiter. */
static void waiter__sleeps_too(void)
{
	halts__wait(2);
}

/* Wait as a queue head with a waiter behind it from the start, then hold the lock. */
static void queue__run(void (*first_spin)(void), void (*sleep)(void), unsigned int halts)
{
	unit_counter[PVSCHED_LOCK_HALTS] = 0;
	spins = 0;
	slept_after = 0;
	yields = 0;
	hold(&lock);
	on_spin = first_spin;
	on_sleep = sleep;
	pv_ops.lock.queued_spin_lock_slowpath(&lock, _Q_LOCKED_VAL);
	WRITE_ONCE(turn_has_come, true);
	halts__wait(halts);
	pv_ops.lock.queued_spin_unlock.func(&lock);
	pthread_join(waiter, NULL);
	on_sleep = NULL;
}

/*
 * The estimate of overcommitment
 */
TEST(all_run)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
}

TEST(half_as_many_again)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(4, 6));
	EXPECT_EQ(EARLY, head__spins_seeing(4, 7));
}

TEST(few_more)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(1, 3));
	EXPECT_EQ(EARLY, head__spins_seeing(1, 4));
}

TEST(idle_do_not_count)
{
	boot(16);
	EXPECT_EQ(LATE, head__spins_seeing(4, 4));
}

TEST(waiter_in_the_queue)
{
	boot(8);
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
	queue__run(waiter__start, waiter__sleeps_too, 2);
	EXPECT_EQ(EARLY, waiter_spins);
}

TEST(waiter_not_overcommitted)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
	queue__run(waiter__start, waiter__sleeps_too, 2);
	EXPECT_EQ(LATE, waiter_spins);
}

/*
 * CPU after CPU goes to sleep for a lock; the last one lets CPU 0 wait for one,
 * at several times, until what was seen before counts no more.
 */
static struct qspinlock sleeper_lock[UNIT_CPUS];
static int last_sleeper;
static unsigned int spins_beside_sleepers;

static void sleeper__main(void)
{
	hold(&sleeper_lock[unit_cpu]);
	pv_ops.lock.queued_spin_lock_slowpath(&sleeper_lock[unit_cpu], _Q_LOCKED_VAL);
}

static void sleeper__sleeps(void)
{
	int cpu = unit_cpu, i;

	if (cpu < last_sleeper) {
		unit_cpu++;
		sleeper__main();
	} else {
		on_sleep = NULL;
		unit_cpu = 0;
		for (i = 0; i < 3; i++) {
			now += PEAK_WINDOW + 1;
			spins_beside_sleepers = head__spins();
		}
	}
	unit_cpu = cpu;
}

static unsigned int head__spins_beside(int sleepers)
{
	last_sleeper = sleepers;
	on_sleep = sleeper__sleeps;
	unit_cpu = 1;
	sleeper__main();
	unit_cpu = 0;

	return spins_beside_sleepers;
}

/* A vCPU that sleeps for a lock wants to run, like a preempted one. */
TEST(asleep_count)
{
	boot(8);
	EXPECT_EQ(EARLY, head__spins_beside(4));
}

TEST(awake_again)
{
	boot(8);
	head__spins_beside(4);
	now += OVERCOMMIT_HOLD + 1;
	EXPECT_EQ(LATE, head__spins());
}

/* Woken up, which takes a CPU: not idle, not preempted, and it does not run. */
TEST(waking_up)
{
	int cpu;

	boot(8);
	for (cpu = 4; cpu < 8; cpu++)
		pcpu_hot[cpu].current_task = idle_task(cpu);
	EXPECT_EQ(EARLY, head__spins_seeing(8, 8));
}

/* vCPUs that ran at once a while ago have CPUs, also when fewer run now. */
TEST(peak_is_remembered)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	now += PEAK_WINDOW - 10;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	now += PEAK_WINDOW;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	now += PEAK_WINDOW;
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
}

TEST(peak_grows)
{
	boot(16);
	EXPECT_EQ(LATE, head__spins_seeing(4, 6));
	EXPECT_EQ(LATE, head__spins_seeing(8, 12));
	EXPECT_EQ(LATE, head__spins_seeing(4, 12));
	EXPECT_EQ(EARLY, head__spins_seeing(4, 13));
}

TEST(overcommitment_ends)
{
	boot(8);
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
	now += OVERCOMMIT_HOLD - 2;
	EXPECT_EQ(EARLY, head__spins_seeing(8, 8));
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
}

/* The host's number counts, and nothing that was seen. */
TEST(capacity_is_known)
{
	boot(8);
	capacity = 4 * 1024;
	EXPECT_EQ(LATE, head__spins_seeing(1, 4));
	EXPECT_EQ(EARLY, head__spins_seeing(5, 5));
	/* All may be more than it can run, and is estimated as none is. */
	capacity = 8 * 1024;
	now += PEAK_WINDOW + 1;
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
	now += PEAK_WINDOW + 1;
	EXPECT_EQ(LATE, head__spins_seeing(1, 1));
	now += PEAK_WINDOW + 1;
	EXPECT_EQ(EARLY, head__spins_seeing(1, 8));
	capacity = 0;
	now += PEAK_WINDOW + 1;
	EXPECT_EQ(LATE, head__spins_seeing(4, 4));
	EXPECT_EQ(EARLY, head__spins_seeing(2, 8));
}

/* A part of a CPU is not room for a whole vCPU. */
TEST(capacity_has_fractions)
{
	boot(8);
	capacity = 4 * 1024 + 1023;
	EXPECT_EQ(EARLY, head__spins_seeing(5, 5));
	capacity++;
	EXPECT_EQ(LATE, head__spins_seeing(5, 5));
}

/* So many vCPUs stand for all, and the number is for all. */
TEST(capacity_of_many)
{
	boot(128);
	capacity = 64 * 1024;
	EXPECT_EQ(EARLY, head__spins_seeing(64, 64));
	capacity = 128 * 1024;
	now += PEAK_WINDOW + 1;
	EXPECT_EQ(LATE, head__spins_seeing(64, 64));
}

/* The first waiter of a jiffy takes the sample. */
TEST(one_sample)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(4, 4));
	now--;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
}

/* A sample that was preempted does not count. */
TEST(sample_interrupted)
{
	boot(8);
	steal_of_a_sample = 1;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	steal_of_a_sample = 0;
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
}

TEST(sample_is_bounded)
{
	boot(200);
	EXPECT_EQ(LATE, head__spins_seeing(64, 200));
}

/* Switched off, the base's policy applies, also in an overcommitted VM. */
TEST(off)
{
	boot(8);
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
	unit_param_lock->set("N", NULL);
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
}

/*
 * The lock holder is unknown: a yield to the candidates, or an untargeted one
 */
static void boot_untargeted(void)
{
	boot(8);
	asked = 0;
	most_named = 0;
	tune("lock_untargeted_spins", 300);
	tune("lock_max_yields", 2);
}

TEST(untargeted)
{
	boot_untargeted();
	EXPECT_EQ(LATE, head__spins_seeing(7, 8));
	EXPECT_EQ(2, yields_before_sleep);
	EXPECT_EQ(320, first_yield);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_UNTARGETED_YIELDS]);
	EXPECT_EQ(1, most_named);
	EXPECT_EQ(0, asked);
}

TEST(untargeted_of_few)
{
	boot_untargeted();
	head__spins_seeing(4, 8);
	EXPECT_EQ(4, most_named);
	EXPECT_EQ(0, asked);
}

TEST(untargeted_of_many)
{
	boot_untargeted();
	head__spins_seeing(3, 8);
	EXPECT_EQ(0, most_named);
	EXPECT_EQ(2, asked);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_UNTARGETED_YIELDS]);
	EXPECT_FALSE(unit_corrupted);
}

TEST(untargeted_no_candidate)
{
	boot_untargeted();
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
	EXPECT_EQ(0, yields_before_sleep);
}

/* A vCPU preempted in an interrupt on top of its idle task may hold the lock. */
TEST(untargeted_idle)
{
	boot_untargeted();
	EXPECT_EQ(LATE, head__spins_seeing(7, 7));
	EXPECT_EQ(2, yields_before_sleep);
	EXPECT_EQ(7, last_named);
}

/* A search is bounded, and the next one goes on where it ended. */
TEST(untargeted_beyond_the_bound)
{
	int cpu;

	boot(UNIT_CPUS);
	tune("lock_untargeted_spins", 300);
	tune("lock_max_yields", 1);
	for (cpu = 70; cpu < UNIT_CPUS; cpu += 60) {
		last_named = -1;
		preempted[cpu] = true;
		head__spins();
		EXPECT_EQ(1, yields_before_sleep);
		EXPECT_EQ(cpu, last_named);
		preempted[cpu] = false;
	}
}

TEST(untargeted_refused)
{
	boot_untargeted();
	host_refuses = true;
	head__spins_seeing(7, 8);
	EXPECT_EQ(0, yields_before_sleep);
}

TEST(untargeted_off)
{
	boot_untargeted();
	unit_param_lock->set("N", NULL);
	head__spins_seeing(7, 8);
	EXPECT_EQ(0, yields_before_sleep);
}

/* A vCPU that waits for the lock does not hold it. */
TEST(untargeted_but_waiters)
{
	boot_untargeted();
	preempted[WAITER] = true;
	queue__run(waiter__start, NULL, 0);
	EXPECT_EQ(LATE, slept_after);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_UNTARGETED_YIELDS]);
}

/* The waiter knows the lock holder, which is this CPU. */
TEST(known_holder)
{
	boot_untargeted();
	stand_still = true;
	preempted[7] = true;
	queue__run(waiter__start_and_release, NULL, 1);
	EXPECT_LE(LATE, waiter_spins);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_UNTARGETED_YIELDS]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

TEST(known_holder_off)
{
	boot_untargeted();
	stand_still = true;
	preempt_holder = true;
	queue__run(waiter__start_and_release, NULL, 1);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_UNTARGETED_YIELDS]);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

/*
 * A newcomer finds the queue head asleep and acts in its place
 */
#define FIRST	2	/* stole the lock, and holds it */
#define SECOND	3	/* comes now */

static unsigned int spins_of_second;
static bool never_kick;
static bool close_lock;		/* FIRST was the last one to steal */

/* Kick the queue head only once SECOND waits for it, or it may be faster. */
static void head__is_kicked(void)
{
	if (never_kick || READ_ONCE(lock.tail) >> 2 != SECOND + 1)
		return;
	on_spin = NULL;
	pv_kick(WAITER);
}

/* At a spin of SECOND: once it had enough of them, FIRST unlocks. */
static void first__unlocks(void)
{
	if (spins < spins_of_second)
		return;
	if (close_lock)
		WRITE_ONCE(lock.pending, lock.pending | BIT(7));
	WRITE_ONCE(lock.locked, 0);
	on_spin = head__is_kicked;
	head__is_kicked();
}

/* FIRST finds the lock free, and its queue head asleep. */
static void first__comes(void)
{
	hold(&lock);
	waiter__start();
	while (!READ_ONCE(asleep[WAITER]))
		sched_yield();
	WRITE_ONCE(lock.locked, 0);
	unit_cpu = FIRST;
	pv_ops.lock.queued_spin_lock_slowpath(&lock, 0);
}

/* The lock holder unlocks; kick the queue head and let it finish. */
static void holder__leaves(void)
{
	pv_ops.lock.queued_spin_unlock.func(&lock);
	pv_kick(WAITER);
	pthread_join(waiter, NULL);
}

/* SECOND spins as long as @enough, and FIRST has been preempted or not. */
static void second__comes(bool off, unsigned int enough)
{
	preempted[FIRST] = off;
	spins = 0;
	spins_of_second = enough;
	on_spin = first__unlocks;
	unit_cpu = SECOND;
	pv_ops.lock.queued_spin_lock_slowpath(&lock, _Q_LOCKED_VAL);
	holder__leaves();
}

/* Both come, one after the other. */
static void both__come(bool off, unsigned int enough)
{
	boot_untargeted();
	first__comes();
	second__comes(off, enough);
}

TEST(newcomer_helps_holder)
{
	both__come(true, 1);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_STEALS]);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_UNTARGETED_YIELDS]);
	EXPECT_EQ(PVSCHED_YIELD_LOCK_HOLDER, last_reason);
	EXPECT_EQ(FIRST, last_named);
	EXPECT_FALSE(unit_corrupted);
}

/* A newcomer yields as often as allowed, and then queues. */
TEST(newcomer_gives_up)
{
	both__come(true, 300);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_STEALS]);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

TEST(newcomer_holder_runs)
{
	both__come(false, 300);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_STEALS]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

TEST(newcomer_refused)
{
	host_refuses = true;
	both__come(true, 300);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_STEALS]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

/* Switched off when FIRST has stolen the lock already. */
TEST(newcomer_off)
{
	boot_untargeted();
	first__comes();
	unit_param_lock->set("N", NULL);
	second__comes(true, 300);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_STEALS]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

/* A lock that was closed after SECOND's last look at it. */
TEST(newcomer_sees_it_close)
{
	close_lock = true;
	both__come(false, 3);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_STEALS]);
}

/* Whether the lock is closed after that many steals. */
static bool steals__close(bool overcommitted, unsigned int steals)
{
	bool closed;

	boot(8);
	tune("lock_max_steals", 1);
	head__spins_seeing(overcommitted ? 4 : 8, 8);
	first__comes();
	while (--steals) {
		pv_ops.lock.queued_spin_unlock.func(&lock);
		pv_ops.lock.queued_spin_lock_slowpath(&lock, 0);
	}
	closed = READ_ONCE(lock.pending) & BIT(7);
	holder__leaves();

	return closed;
}

TEST(steals_overcommitted)
{
	EXPECT_TRUE(steals__close(true, 1));
}

TEST(steals_beside_others)
{
	EXPECT_FALSE(steals__close(false, 7));
	EXPECT_TRUE(steals__close(false, 8));
}

/*
 * An unlock yields to a queue head that was kicked and does not run yet
 */
static void first__steals(u32 yield_after, const char *on)
{
	boot(8);
	tune("lock_yield_after", yield_after);
	first__comes();
	unit_param_lock->set(on, NULL);
	holder__leaves();
}

TEST(woken_head)
{
	first__steals(1, "Y");
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
	EXPECT_EQ(PVSCHED_YIELD_QUEUE_HEAD, last_reason);
	EXPECT_EQ(WAITER, last_named);
}

/* An unlocker that keeps other vCPUs waiting keeps its CPU. */
TEST(unlock_below_an_outer_lock)
{
	count_of_preempt = 2 * PREEMPT_DISABLE_OFFSET;
	first__steals(1, "Y");
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(unlock_with_interrupts_off)
{
	irqs_off = true;
	first__steals(1, "Y");
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(unlock_in_an_interrupt)
{
	in_interrupt = true;
	first__steals(1, "Y");
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

/* Without a count of preemption only the context is known. */
TEST(unlock_without_a_count)
{
	count_of_preempt = 0;
	first__steals(1, "Y");
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(woken_head_has_time)
{
	first__steals(2, "Y");
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(woken_head_off)
{
	first__steals(1, "N");
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

/*
 * Queue heads made by hand
 */
#define HEAD	5

static struct pvsched_node *head__make(int cpu, u8 mode)
{
	struct pvsched_node *node = &per_cpu(pvsched_nodes, cpu).node[0];

	node->lock = &lock;
	node->cpu = cpu;
	node->state = PVSCHED_STATE_HEAD;
	node->mode = mode;

	return node;
}

static void lock__make(u8 locked, u8 pending)
{
	lock.locked = locked;
	lock.pending = pending;
	lock.tail = (HEAD + 1) << 2;
}

/* Waiters of one code may look like the queue head: kick all of them. */
TEST(kick_all_of_a_code)
{
	int cpu;

	boot(8);
	for (cpu = 3; cpu < UNIT_CPUS; cpu += PVSCHED_CODES)
		head__make(cpu, PVSCHED_MODE_ASLEEP);
	pvsched_unlocked(&lock, 4 << _Q_PENDING_OFFSET, PVSCHED_SLOW);
	for (cpu = 0; cpu < UNIT_CPUS; cpu++)
		EXPECT_EQ(cpu % PVSCHED_CODES == 3, kicked[cpu]);
}

/*
 * The unlocker was preempted before its kick, and another one stole the lock and
 * closed it: the unlock of that one kicks, also where it may not yield.
 */
static void closed__unlocks(u8 mode, u8 closed)
{
	boot(8);
	head__make(HEAD, mode)->pending = (HEAD + 1) << _Q_PENDING_OFFSET;
	irqs_off = true;
	pvsched_unlocked(&lock, (HEAD + 1 + closed) << _Q_PENDING_OFFSET, _Q_LOCKED_VAL);
}

TEST(overdue_kick)
{
	closed__unlocks(PVSCHED_MODE_ASLEEP, PVSCHED_CLOSED);
	EXPECT_TRUE(kicked[HEAD]);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_RESCUES]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(overdue_kick_not_twice)
{
	closed__unlocks(PVSCHED_MODE_KICKED, PVSCHED_CLOSED);
	EXPECT_FALSE(kicked[HEAD]);
}

TEST(overdue_kick_not_of_an_open_lock)
{
	closed__unlocks(PVSCHED_MODE_ASLEEP, 0);
	EXPECT_FALSE(kicked[HEAD]);
}

/* The unlocker was preempted before its kick: the second look in a row kicks. */
TEST(rescue_kicks_once)
{
	struct pvsched_node *head = head__make(HEAD, PVSCHED_MODE_ASLEEP);
	struct pvsched_rescue r = { };

	boot(8);
	lock__make(0, HEAD + 1);
	pvsched_rescue_head(&lock, head, &r);
	EXPECT_FALSE(kicked[HEAD]);
	pvsched_rescue_head(&lock, head, &r);
	EXPECT_TRUE(kicked[HEAD]);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_RESCUES]);
	pvsched_rescue_head(&lock, head, &r);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_RESCUES]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(rescue_held)
{
	struct pvsched_node *head = head__make(HEAD, PVSCHED_MODE_ASLEEP);
	struct pvsched_rescue r = { };

	boot(8);
	lock__make(0, HEAD + 1);
	pvsched_rescue_head(&lock, head, &r);
	lock__make(_Q_LOCKED_VAL, HEAD + 1);
	pvsched_rescue_head(&lock, head, &r);
	lock__make(0, HEAD + 1);
	pvsched_rescue_head(&lock, head, &r);
	EXPECT_FALSE(kicked[HEAD]);
}

TEST(rescue_of_another_lock)
{
	struct pvsched_node *head = head__make(HEAD, PVSCHED_MODE_ASLEEP);
	struct pvsched_rescue r = { .was_free = true };

	boot(8);
	lock__make(0, HEAD + 1);
	head->lock = NULL;
	pvsched_rescue_head(&lock, head, &r);
	EXPECT_FALSE(kicked[HEAD]);
}

/* A closed lock waits for its queue head alone: yield to it, within the bound. */
TEST(rescue_yields_to_the_head_of_a_closed_lock)
{
	struct pvsched_node *head = head__make(HEAD, PVSCHED_MODE_SPINNING);
	struct pvsched_rescue r = { .was_free = true };
	int i;

	boot(8);
	tune("lock_max_yields", 2);
	preempted[HEAD] = true;
	lock__make(0, HEAD + 1);
	pvsched_rescue_head(&lock, head, &r);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
	lock__make(0, (HEAD + 1) | PVSCHED_CLOSED);
	for (i = 0; i < 4; i++)
		pvsched_rescue_head(&lock, head, &r);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
	EXPECT_EQ(PVSCHED_YIELD_QUEUE_HEAD, last_reason);
	EXPECT_FALSE(kicked[HEAD]);
}

/* All waiters sleep, the lock is free and closed: a newcomer kicks before it queues. */
static bool kicked_at_first_spin;

/* At the first spin of SECOND in the queue: see what happened, and make it the head. */
static void second__is_head(void)
{
	on_spin = NULL;
	kicked_at_first_spin = kicked[HEAD];
	lock.pending = SECOND + 1;
	per_cpu(pvsched_nodes, SECOND).node[0].state = PVSCHED_STATE_HEAD;
}

TEST(newcomer_kicks_first)
{
	struct pvsched_node *last = head__make(HEAD + 1, PVSCHED_MODE_ASLEEP);

	head__make(HEAD, PVSCHED_MODE_ASLEEP);
	last->state = PVSCHED_STATE_HALTED;
	boot(8);
	lock__make(0, (HEAD + 1) | PVSCHED_CLOSED);
	lock.tail = (HEAD + 2) << 2;
	unit_cpu = SECOND;
	on_spin = second__is_head;
	pv_ops.lock.queued_spin_lock_slowpath(&lock, 0);
	EXPECT_TRUE(kicked_at_first_spin);
}

/* FIRST unlocks and does not kick, and SECOND waits behind the queue head. */
TEST(next_waiter_rescues)
{
	never_kick = true;
	both__come(true, 300);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_RESCUES]);
}

/* The same with a closed lock, which SECOND must not steal. */
TEST(newcomer_rescues)
{
	never_kick = true;
	close_lock = true;
	both__come(false, 3);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_STEALS]);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_RESCUES]);
}

/*
 * A part that is not usable
 */
TEST(part_not_usable)
{
	unusable = true;
	pvsched_lock_init();
	EXPECT_TRUE(!pv_ops.lock.queued_spin_lock_slowpath);
	EXPECT_TRUE(!pv_ops.lock.queued_spin_unlock.func);
	EXPECT_EQ(-EOPNOTSUPP, unit_param_lock->set("Y", NULL));
	EXPECT_FALSE(pvsched_lock);
}

TEST_HARNESS_MAIN
