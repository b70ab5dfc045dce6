// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's spinlock in user space, run by real threads that are stopped at
 * random. A signal is a preemption for as long as its handler sleeps. Some signals
 * are interrupts that take a lock of their own on the next node. Accesses to shared
 * memory are delayed at random, so that two accesses in place of one atomic show.
 *
 * The locks protect plain counters. Two holders at once lose increments, and under
 * ThreadSanitizer a missing barrier is a data race. A kick ends a sleep; an interrupt
 * does, too, unless the waiter has them off. So a lost wake-up stops the waiters at
 * last, and the test fails when no thread takes the tasks' lock for STALL_SECONDS.
 */
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "unit-lock.h"
#include "internal.h"
#include "lock.h"
#include "qnode.h"
#include "tunable.h"

#define MAX_THREADS	8
#define WAITING_CPUS	16
#define STALL_SECONDS	20

/* Runs of a test whose threads did not meet. */
#define TRIES		20

#define IRQ_SHARE	3	/* one of so many stops is an interrupt */
#define IRQS_OFF_SHARE	2	/* one of so many acquisitions has interrupts off */
#define UNQUEUED_SHARE	16	/* one of so many finds no node left */
#define DELAY_SHARE	128	/* one of so many accesses is delayed */

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
static __thread bool in_irq, irqs_off;
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

void unit_delay(void)
{
	if (rng && !random__below(DELAY_SHARE))
		sched_yield();
}

static void nap(unsigned int us)
{
	struct timespec ts = { 0, us * 1000 };

	nanosleep(&ts, NULL);
}

bool vcpu_is_preempted(int cpu)
{
	return READ_ONCE(preempted[cpu]) || (cpu >= MAX_THREADS && cpu < MAX_THREADS + WAITING_CPUS);
}

/* A kick that comes before its halt ends the halt; so does an interrupt, when on. */
void pv_wait(u8 *ptr, u8 val)
{
	unsigned int before = interrupts;

	if (READ_ONCE(*ptr) != val)
		return;
	while (!__atomic_exchange_n(&kicked[unit_cpu], false, __ATOMIC_ACQ_REL)) {
		if (!in_irq && !irqs_off && before != interrupts)
			return;
		nap(20);
	}
}

int preempt_count(void)
{
	return PREEMPT_DISABLE_OFFSET;
}

bool in_task(void)
{
	return !in_irq;
}

bool irqs_disabled(void)
{
	return irqs_off || in_irq;
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

/* CPUs beside those of the threads always wait, so that waiters sleep early. */
bool cpu_online(int cpu)
{
	return cpu < MAX_THREADS + WAITING_CPUS;
}

bool idle_cpu(int cpu)
{
	return false;
}

struct pcpu_hot pcpu_hot[UNIT_CPUS];

/* No CPU runs this task, so no CPU idles. */
struct task_struct *idle_task(int cpu)
{
	static struct task_struct task;

	return &task;
}

u32 pvsched_host_capacity(void)
{
	return 0;
}

unsigned int unit_online_cpus(void)
{
	return UNIT_CPUS;
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

/* Resume all threads that are stopped. */
void pvsched_yield_untargeted(u32 reason)
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

/* The inline fast path, as in the base. */
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

/* The unlock's assembler, instruction by instruction. */
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
static int failed, number;
static int running;

/* All nodes in use, as below three interrupts and an NMI that wait for locks. */
static void lock__take_unqueued(struct qspinlock *lock)
{
	int *depth = &per_cpu(pvsched_nodes, unit_cpu).depth;

	*depth += PVSCHED_NODES;
	lock__take(lock);
	*depth -= PVSCHED_NODES;
}

static void guarded__use(struct guarded *g, unsigned long *count)
{
	int i;

	if (random__below(UNQUEUED_SHARE))
		lock__take(&g->lock);
	else
		lock__take_unqueued(&g->lock);
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

	if (!irqs_off && !random__below(IRQ_SHARE)) {
		interrupts++;
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
	/* Take interrupts from here on: the thread is a CPU now. */
	pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
	pthread_barrier_wait(&start);
	for (i = 0; i < rounds; i++) {
		irqs_off = !random__below(IRQS_OFF_SHARE);
		guarded__use(&task_lock, &taken);
		irqs_off = false;
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

/*
 * A lost wake-up: there is no way to end the threads but to leave. Interrupts go on
 * to take their lock, on top of threads that wait for ever.
 */
static void watch(void)
{
	static unsigned long last;
	static u64 since;
	unsigned long now = __atomic_load_n(&taken, __ATOMIC_RELAXED);

	if (now != last || !since) {
		last = now;
		since = local_clock();
	} else if (local_clock() - since > STALL_SECONDS * 1000000000ULL) {
		printf("# no lock was taken for %d s\nnot ok %d stalled\n", STALL_SECONDS,
		       number + 1);
		_exit(1);
	}
}

/* Stop threads at random until all have done their rounds. */
static void disturb(bool switching)
{
	bool on = true;

	while (__atomic_load_n(&running, __ATOMIC_RELAXED)) {
		watch();
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
	for (i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, worker, (void *)i);
	disturb(switching);
	WRITE_ONCE(stop, true);
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&start);
}

static void result(const char *name, bool ok)
{
	printf("# %s: %lu + %lu taken, handovers %llu steals %llu halts %llu kicks %llu rescues %llu head yields %llu holder yields %llu\n",
	       name, taken, irqs_taken,
	       (unsigned long long)unit_counter[PVSCHED_LOCK_HANDOVERS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_STEALS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_HALTS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_KICKS],
	       (unsigned long long)unit_counter[PVSCHED_LOCK_RESCUES],
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

/* Threads that happen to run one after the other prove nothing: run again. */
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

/* The part off: the base's policy, which does not yield. */
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

/* No steal is allowed. */
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

static bool stole(void)
{
	return unit_counter[PVSCHED_LOCK_STEALS];
}

/* CPUs that share their codes. */
static void test_aliases(void)
{
	lock__switch(true);
	result("aliases", torture_until(stole));
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
