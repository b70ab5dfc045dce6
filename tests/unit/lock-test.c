// SPDX-License-Identifier: GPL-2.0
/*
 * guest/qspinlock.c in user space, run by real threads that are stopped at
 * random: a signal is a preemption, for as long as its handler sleeps, and some
 * of them are interrupts that take a lock of their own on the next node.
 *
 * The locks protect plain counters: lost increments are two holders at once, and
 * under ThreadSanitizer a missing barrier is a data race. A sleep ends with a
 * kick or an interrupt only, so a lost wake-up is a test that does not end.
 */
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "unit-lock.h"
#include "internal.h"
#include "tunable.h"

#define MAX_THREADS	8
#define CROWD		16
#define TIME_LIMIT	60

/* Runs of a test whose threads did not meet. */
#define TRIES		20

#define IRQ_SHARE	3	/* one of so many stops is an interrupt */

/*
 * The kernel, as this test decides it
 */
unsigned int nr_cpu_ids = UNIT_CPUS;
__thread int unit_cpu;
u64 unit_counter[PVSCHED_NR_COUNTERS];
struct unit_pv_ops pv_ops;
bool unit_corrupted;
bool pvsched_stats = true;

extern const struct kernel_param_ops *unit_param_lock;

static __thread unsigned int rng, interrupts;
static __thread bool in_irq;
static bool kicked[UNIT_CPUS], preempted[UNIT_CPUS], resumed[UNIT_CPUS];
static bool host_answers = true, yields_work;

static unsigned int random__below(unsigned int bound)
{
	rng ^= rng << 13;
	rng ^= rng >> 17;
	rng ^= rng << 5;

	return rng % bound;
}

void cpu_relax(void)
{
	static __thread unsigned int n;

	/* There are more threads than CPUs. */
	if (!(++n % 16))
		sched_yield();
}

static void nap(unsigned int us)
{
	struct timespec ts = { 0, us * 1000 };

	nanosleep(&ts, NULL);
}

bool vcpu_is_preempted(int cpu)
{
	return READ_ONCE(preempted[cpu]) || (cpu >= MAX_THREADS && cpu < MAX_THREADS + CROWD);
}

/* A kick that comes before its halt ends it; so does an interrupt. */
void pv_wait(u8 *ptr, u8 val)
{
	unsigned int before = interrupts;

	if (READ_ONCE(*ptr) != val)
		return;
	while (!__atomic_exchange_n(&kicked[unit_cpu], false, __ATOMIC_ACQ_REL)) {
		if (!in_irq && before != interrupts)
			return;
		nap(20);
	}
}

void pv_kick(int cpu)
{
	__atomic_store_n(&kicked[cpu], true, __ATOMIC_RELEASE);
}

unsigned long unit_jiffies(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * HZ + ts.tv_nsec / (1000000000 / HZ);
}

u64 local_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

u64 paravirt_steal_clock(int cpu)
{
	return 0;
}

/* Waiters shall sleep early: CPUs beside those of the threads always wait. */
bool cpu_online(int cpu)
{
	return cpu < MAX_THREADS + CROWD;
}

bool idle_cpu(int cpu)
{
	return false;
}

struct pcpu_hot pcpu_hot[UNIT_CPUS];

/* No CPU's, so that none idles. */
struct task_struct *idle_task(int cpu)
{
	static struct task_struct task;

	return &task;
}

bool pvsched_part_usable(enum pvsched_part part)
{
	return part == PVSCHED_PART_LOCK;
}

bool pvsched_host_answers(void)
{
	return READ_ONCE(host_answers);
}

bool pvsched_needs_help(int cpu)
{
	return vcpu_is_preempted(cpu);
}

/* Whoever has been stopped goes on. */
void pvsched_yield_to_anyone(u32 reason)
{
	int cpu;

	for (cpu = 0; READ_ONCE(yields_work) && cpu < MAX_THREADS; cpu++)
		WRITE_ONCE(resumed[cpu], true);
}

void pvsched_window_add(struct pvsched_window *w, int cpu)
{
	w->first = cpu;
	w->targets[0] = 1;
}

bool pvsched_window_yield(struct pvsched_window *w)
{
	if (!w->targets[0])
		return false;
	if (READ_ONCE(yields_work))
		WRITE_ONCE(resumed[w->first], true);
	return true;
}

/* The inline fast paths, as the base has them. */
static void lock__take(struct qspinlock *lock)
{
	u32 val = 0;

	if (!atomic_try_cmpxchg_acquire(&lock->val, &val, _Q_LOCKED_VAL))
		pv_ops.lock.queued_spin_lock_slowpath(lock, val);
}

#ifdef __SANITIZE_THREAD__
const char *__tsan_default_options(void);

const char *__tsan_default_options(void)
{
	return "halt_on_error=1:exitcode=1";
}

/* What the assembler does, instruction by instruction. */
void __raw_callee_save_pvsched_spin_unlock(struct qspinlock *lock)
{
	u32 val = _Q_LOCKED_VAL;
	u8 locked;

	if (atomic_try_cmpxchg(&lock->val, &val, 0))
		return;

	locked = xchg(&lock->locked, 0);
	if (locked != _Q_LOCKED_VAL || READ_ONCE(pvsched_lock))
		pvsched_unlocked(lock, val, locked);
}
#endif

static void lock__release(struct qspinlock *lock)
{
	pv_ops.lock.queued_spin_unlock.func(lock);
}

/*
 * The torture
 */
struct guarded {
	struct qspinlock lock;
	unsigned long before, after;	/* plain, for the lock to protect */
	bool held;
};

static struct guarded task_lock, irq_lock;
static unsigned long taken, irqs_taken;
static pthread_t thread[MAX_THREADS];
static sigset_t stops;
static int thread_cpu[MAX_THREADS];
static int threads;
static unsigned int rounds;
static bool damaged, stop;
static int running;

static void guarded__use(struct guarded *g, unsigned long *count)
{
	int i;

	lock__take(&g->lock);
	if (g->held || g->before != g->after)
		WRITE_ONCE(damaged, true);
	g->held = true;
	g->before++;
	for (i = random__below(8) ? 0 : 40; i; i--)
		cpu_relax();
	g->after++;
	g->held = false;
	lock__release(&g->lock);
	__atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
}

static void on_stop(int sig)
{
	int err = errno, i;

	interrupts++;
	if (!random__below(IRQ_SHARE)) {
		in_irq = true;
		guarded__use(&irq_lock, &irqs_taken);
		in_irq = false;
	} else {
		WRITE_ONCE(resumed[unit_cpu], false);
		WRITE_ONCE(preempted[unit_cpu], true);
		for (i = random__below(20); i && !READ_ONCE(resumed[unit_cpu]); i--)
			nap(50);
		WRITE_ONCE(preempted[unit_cpu], false);
	}
	errno = err;
}

static pthread_barrier_t start;

static void *worker(void *arg)
{
	long number = (long)arg;
	unsigned int i;

	unit_cpu = thread_cpu[number];
	rng = (number + 1) * 2654435761u | 1;
	/* Interrupts, now that this is a CPU. */
	pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
	pthread_barrier_wait(&start);
	for (i = 0; i < rounds; i++) {
		guarded__use(&task_lock, &taken);
		if (!random__below(4))
			cpu_relax();
	}
	__atomic_fetch_sub(&running, 1, __ATOMIC_RELAXED);
	while (!READ_ONCE(stop))
		nap(1000);

	return NULL;
}

static void lock__switch(bool on)
{
	if (unit_param_lock->set(on ? "Y" : "N", NULL)) {
		printf("Bail out! the part cannot be switched\n");
		exit(1);
	}
}

/* Stop threads at random until all have done their rounds. */
static void disturb(bool switching)
{
	bool on = true;

	while (__atomic_load_n(&running, __ATOMIC_RELAXED)) {
		pthread_kill(thread[random__below(threads)], SIGUSR1);
		nap(random__below(1000));
		if (switching && !random__below(20)) {
			on = !on;
			lock__switch(on);
		}
		if (!random__below(10))
			WRITE_ONCE(yields_work, random__below(2));
	}
}

static void torture(bool switching)
{
	long i;

	memset(unit_counter, 0, sizeof(unit_counter));
	memset(&task_lock, 0, sizeof(task_lock));
	memset(&irq_lock, 0, sizeof(irq_lock));
	taken = 0;
	irqs_taken = 0;
	stop = false;
	running = threads;
	pthread_barrier_init(&start, NULL, threads);
	alarm(TIME_LIMIT);
	for (i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, worker, (void *)i);
	disturb(switching);
	WRITE_ONCE(stop, true);
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	alarm(0);
	pthread_barrier_destroy(&start);
}

static int failed, number;

static void result(const char *name, bool ok)
{
	printf("# %s: %lu + %lu taken, handovers %llu steals %llu halts %llu kicks %llu head yields %llu holder yields %llu\n",
	       name, taken, irqs_taken,
	       (unsigned long long)unit_counter[PVSCHED_LOCK_HANDOVERS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_STEALS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_HALTS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_KICKS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_HEAD_YIELDS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
	printf("%sok %d %s\n", ok ? "" : "not ", ++number, name);
	fflush(stdout);
	failed |= !ok;
}

static bool intact(void)
{
	return !damaged && !unit_corrupted && task_lock.after == taken &&
	       task_lock.before == taken && irq_lock.after == irqs_taken &&
	       !atomic_read(&task_lock.lock.val) && !atomic_read(&irq_lock.lock.val);
}

static void cpus(int nr, const int *cpu)
{
	threads = nr;
	memcpy(thread_cpu, cpu, nr * sizeof(*cpu));
}

static bool every_step_taken(void)
{
	return unit_counter[PVSCHED_LOCK_HANDOVERS] && unit_counter[PVSCHED_LOCK_STEALS] &&
	       unit_counter[PVSCHED_LOCK_HALTS] && unit_counter[PVSCHED_LOCK_KICKS] &&
	       unit_counter[PVSCHED_LOCK_HEAD_YIELDS];
}

static bool handed_over(void)
{
	return unit_counter[PVSCHED_LOCK_HANDOVERS];
}

/* Threads that happen to run one after the other show nothing: run again. */
static bool torture_until(bool (*seen)(void))
{
	int try;

	for (try = 0; try < TRIES; try++) {
		torture(false);
		if (!intact() || seen())
			break;
	}

	return intact() && seen();
}

/* The part on: every step must have been taken. */
static void test_on(void)
{
	lock__switch(true);
	result("on", torture_until(every_step_taken));
}

/* The part off: the base's policy, which yields to nobody. */
static void test_off(void)
{
	bool ok;

	lock__switch(false);
	ok = torture_until(handed_over);
	result("off", ok && !unit_counter[PVSCHED_LOCK_HEAD_YIELDS] &&
	       !unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
}

static void test_switching(void)
{
	torture(true);
	result("switching", intact());
}

/* A head may be passed by nobody. */
static void test_no_steals(void)
{
	tune("lock_max_steals", 0);
	lock__switch(true);
	torture(false);
	result("no_steals", intact() && !unit_counter[PVSCHED_LOCK_STEALS]);
	tune("lock_max_steals", 4);
}

static void test_refused(void)
{
	host_answers = false;
	lock__switch(true);
	torture(false);
	result("refused", intact() && !unit_counter[PVSCHED_LOCK_HEAD_YIELDS] &&
	       !unit_counter[PVSCHED_LOCK_HOLDER_YIELDS]);
	host_answers = true;
}

/* CPUs that share their codes. */
static void test_aliases(void)
{
	lock__switch(true);
	torture(false);
	result("aliases", intact() && unit_counter[PVSCHED_LOCK_STEALS]);
}

int main(int argc, char **argv)
{
	static const int few[] = { 0, 1, 2, 3, 4, 5 };
	static const int same[] = { 0, 127, 254, 1, 128, 255 };
	struct sigaction sa = { .sa_handler = on_stop, .sa_flags = SA_RESTART };

	setvbuf(stdout, NULL, _IOLBF, 0);
	rounds = argc > 1 ? atoi(argv[1]) : 500;
	rng = 1;
	sigemptyset(&stops);
	sigaddset(&stops, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &stops, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	pvsched_lock_init();
	pvsched_lock_debugfs(NULL);
	tune("lock_max_steals", 4);
	tune("lock_node_spins", 256);
	tune("lock_head_spins", 768);
	tune("lock_yield_after", 2);

	printf("KTAP version 1\n1..6\n");
	cpus(6, few);
	test_on();
	test_off();
	test_switching();
	test_no_steals();
	test_refused();
	cpus(6, same);
	test_aliases();

	return failed;
}
