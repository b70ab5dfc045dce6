// SPDX-License-Identifier: GPL-2.0
/*
 * What guest/qspinlock.c decides while it waits: how long to spin before it
 * sleeps, which depends on whether the VM is short of CPUs by itself, and whom to
 * yield to. Time and the states of the vCPUs are tables here, and a call of
 * cpu_relax() is a spin.
 *
 * The lock that is waited for is held all the while, and is released when its
 * head goes to sleep.
 */
#include <pthread.h>
#include <sched.h>

#include "unit-lock.h"
#include "internal.h"
#include "tunable.h"

#include "kselftest_harness.h"

/* Spins of a waiter that is in a crowd, and of one that is not. */
#define EARLY		512
#define LATE		SPIN_THRESHOLD

#define LATELY		(2 * HZ)
#define CROWDED		HZ

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
static bool preempted[UNIT_CPUS], idle[UNIT_CPUS], host_refuses;
static unsigned long now;
static u64 steal, steal_of_a_look;
static __thread unsigned int spins, slept_after;
static __thread bool waits_for_kick;
static unsigned int yields, yields_before_sleep, first_yield;
static unsigned int asked, most_named;	/* the host for a choice; in one yield */
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

/* A CPU that is told to wake up has its idle task, others have none. */
struct pcpu_hot pcpu_hot[UNIT_CPUS];

struct task_struct *idle_task(int cpu)
{
	static struct task_struct tasks[UNIT_CPUS];

	return &tasks[cpu];
}

bool pvsched_needs_help(int cpu)
{
	return preempted[cpu] && !idle[cpu];
}

bool cpu_online(int cpu)
{
	return cpu < (int)cpus;
}

static void sleep__until_kicked(void)
{
	WRITE_ONCE(asleep[unit_cpu], true);
	while (!READ_ONCE(kicked[unit_cpu]))
		sched_yield();
	WRITE_ONCE(kicked[unit_cpu], false);
	WRITE_ONCE(asleep[unit_cpu], false);
}

/* When a head of ours sleeps, its lock is released. */
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
	steal += steal_of_a_look;
	return steal;
}

bool pvsched_part_usable(enum pvsched_part part)
{
	return true;
}

bool pvsched_host_answers(void)
{
	return !host_refuses;
}

void pvsched_yield_to_anyone(u32 reason)
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
}

/* How many were named is what matters here, and not who. */
bool pvsched_window_yield(struct pvsched_window *w)
{
	if (!w->targets[0])
		return false;

	most_named = max(most_named, (unsigned int)w->targets[0]);
	w->targets[0] = 0;
	if (!yields++)
		first_yield = spins;

	return true;
}

/*
 * The waits that are looked at
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
	tune("lock_head_spins", EARLY);
	tune("lock_node_spins", EARLY);
	tune("lock_anyone_spins", 0);
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

/* The same, after a look at vCPUs of which @run run and the others are preempted. */
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

/* At its first spin in the queue: have its turn come before the next one. */
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

/* Wait as a head that has somebody behind it from the start, then be holder. */
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
 * The crowd
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

TEST(waiter_without_a_crowd)
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
			now += LATELY + 1;
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

/* They want to run as much as those who are preempted. */
TEST(asleep_count)
{
	boot(8);
	EXPECT_EQ(EARLY, head__spins_beside(4));
}

TEST(awake_again)
{
	boot(8);
	head__spins_beside(4);
	now += CROWDED + 1;
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

/* Those that ran at once a while ago have CPUs, whatever is seen now. */
TEST(most_lately)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	now += LATELY - 10;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	now += LATELY;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	now += LATELY;
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
}

TEST(most_grows)
{
	boot(16);
	EXPECT_EQ(LATE, head__spins_seeing(4, 6));
	EXPECT_EQ(LATE, head__spins_seeing(8, 12));
	EXPECT_EQ(LATE, head__spins_seeing(4, 12));
	EXPECT_EQ(EARLY, head__spins_seeing(4, 13));
}

TEST(crowd_ends)
{
	boot(8);
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
	now += CROWDED - 2;
	EXPECT_EQ(EARLY, head__spins_seeing(8, 8));
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
}

/* Whoever comes first in a jiffy looks. */
TEST(one_look)
{
	boot(8);
	EXPECT_EQ(LATE, head__spins_seeing(4, 4));
	now--;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
}

/* Preempted during the look: it says nothing. */
TEST(look_interrupted)
{
	boot(8);
	steal_of_a_look = 1;
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
	steal_of_a_look = 0;
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
}

TEST(look_is_bounded)
{
	boot(200);
	EXPECT_EQ(LATE, head__spins_seeing(64, 200));
}

/* Switched off, the base's policy, also in what was a crowd. */
TEST(off)
{
	boot(8);
	EXPECT_EQ(EARLY, head__spins_seeing(4, 8));
	unit_param_lock->set("N", NULL);
	EXPECT_EQ(LATE, head__spins_seeing(4, 8));
}

/*
 * The holder is not known: a yield to those who may be it, or to whom the host
 * chooses
 */
static void boot_anyone(void)
{
	boot(8);
	asked = 0;
	most_named = 0;
	tune("lock_anyone_spins", 300);
	tune("lock_max_yields", 2);
}

TEST(anyone)
{
	boot_anyone();
	EXPECT_EQ(LATE, head__spins_seeing(7, 8));
	EXPECT_EQ(2, yields_before_sleep);
	EXPECT_EQ(320, first_yield);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_ANYONE_YIELDS]);
	EXPECT_EQ(1, most_named);
	EXPECT_EQ(0, asked);
}

TEST(anyone_of_few)
{
	boot_anyone();
	head__spins_seeing(4, 8);
	EXPECT_EQ(4, most_named);
	EXPECT_EQ(0, asked);
}

TEST(anyone_of_many)
{
	boot_anyone();
	head__spins_seeing(3, 8);
	EXPECT_EQ(0, most_named);
	EXPECT_EQ(2, asked);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_ANYONE_YIELDS]);
	EXPECT_FALSE(unit_corrupted);
}

TEST(anyone_to_nobody)
{
	boot_anyone();
	EXPECT_EQ(LATE, head__spins_seeing(8, 8));
	EXPECT_EQ(0, yields_before_sleep);
	/* Preempted and idle. */
	EXPECT_EQ(LATE, head__spins_seeing(6, 6));
	EXPECT_EQ(0, yields_before_sleep);
}

TEST(anyone_never)
{
	boot_anyone();
	tune("lock_anyone_spins", 0);
	head__spins_seeing(7, 8);
	EXPECT_EQ(0, yields_before_sleep);
}

TEST(anyone_refused)
{
	boot_anyone();
	host_refuses = true;
	head__spins_seeing(7, 8);
	EXPECT_EQ(0, yields_before_sleep);
}

TEST(anyone_off)
{
	boot_anyone();
	unit_param_lock->set("N", NULL);
	head__spins_seeing(7, 8);
	EXPECT_EQ(0, yields_before_sleep);
}

/* Who waits for the lock does not hold it. */
TEST(anyone_but_waiters)
{
	boot_anyone();
	preempted[WAITER] = true;
	queue__run(waiter__start, NULL, 0);
	EXPECT_EQ(LATE, slept_after);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_ANYONE_YIELDS]);
}

/* The waiter knows the holder, who is this CPU. */
TEST(known_holder)
{
	boot_anyone();
	stand_still = true;
	preempted[7] = true;
	queue__run(waiter__start_and_release, NULL, 1);
	EXPECT_LE(LATE, waiter_spins);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_ANYONE_YIELDS]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

TEST(known_holder_off)
{
	boot_anyone();
	stand_still = true;
	preempt_holder = true;
	queue__run(waiter__start_and_release, NULL, 1);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_ANYONE_YIELDS]);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

/*
 * A newcomer finds the head asleep and acts for it
 */
#define FIRST	2	/* took the lock past the head, and holds it */
#define SECOND	3	/* comes now */

static unsigned int spins_of_second;
static bool close_lock;		/* FIRST was the last one to pass */

/* The head gets its kick once SECOND waits for it, and not before, or it might be faster. */
static void head__is_kicked(void)
{
	if (READ_ONCE(lock.tail) >> 2 != SECOND + 1)
		return;
	on_spin = NULL;
	pv_kick(WAITER);
}

/* At a spin of SECOND: when it had enough of them, FIRST unlocks. */
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

/* FIRST finds the lock free, and its head asleep. */
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

/* Whoever holds the lock unlocks, and the head gets its kick and goes. */
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
	boot_anyone();
	first__comes();
	second__comes(off, enough);
}

TEST(newcomer_helps_holder)
{
	both__come(true, 1);
	EXPECT_EQ(2, unit_counter[PVSCHED_LOCK_STEALS]);
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_ANYONE_YIELDS]);
	EXPECT_FALSE(unit_corrupted);
}

/* No more than it may, and then it queues. */
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

/* Switched off when FIRST has passed the head already. */
TEST(newcomer_off)
{
	boot_anyone();
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

/* Has the lock been closed, after so many passes? */
static bool passes__close(bool crowd, unsigned int passes)
{
	bool closed;

	boot(8);
	tune("lock_max_steals", 1);
	head__spins_seeing(crowd ? 4 : 8, 8);
	first__comes();
	while (--passes) {
		pv_ops.lock.queued_spin_unlock.func(&lock);
		pv_ops.lock.queued_spin_lock_slowpath(&lock, 0);
	}
	closed = READ_ONCE(lock.pending) & BIT(7);
	holder__leaves();

	return closed;
}

TEST(passes_in_a_crowd)
{
	EXPECT_TRUE(passes__close(true, 1));
}

TEST(passes_beside_others)
{
	EXPECT_FALSE(passes__close(false, 7));
	EXPECT_TRUE(passes__close(false, 8));
}

/*
 * A head that was kicked and does not run yet is yielded to, as a preempted one
 */
static void first__passes(u32 yield_after, const char *on)
{
	boot(8);
	tune("lock_yield_after", yield_after);
	first__comes();
	unit_param_lock->set(on, NULL);
	holder__leaves();
}

TEST(woken_head)
{
	first__passes(1, "Y");
	EXPECT_EQ(1, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(woken_head_has_time)
{
	first__passes(2, "Y");
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST(woken_head_off)
{
	first__passes(1, "N");
	EXPECT_EQ(0, unit_counter[PVSCHED_LOCK_HEAD_YIELDS]);
}

TEST_HARNESS_MAIN
