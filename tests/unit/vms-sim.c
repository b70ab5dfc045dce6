// SPDX-License-Identifier: GPL-2.0
/*
 * VMs of a group each, whose guests follow what host/sched/share.h says they can have,
 * beside load that comes and goes.
 *
 * The machine is simulated: a vCPU that wakes up goes to the CPU with the least load, and
 * every 32 ms the load balancer deals all vCPUs anew, the heaviest first. A CPU serves its
 * vCPUs by weight. A guest takes up a new number within 4 ms. What is judged is the share,
 * which becomes the number a second after a change. Each VM looks
 * every 4 ms, at an instant of its own. The arithmetic is the kernel's.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include <math.h>

#include "share.h"
#include "random.h"

#define MS		1000000ull
#define CPU		1024u
#define MAX_VMS		64
#define MAX_CPUS	1024
#define LOOK_MS		4
#define BALANCE_MS	32
#define ALWAYS_MS	64
#define PHASE_MS	500	/* from one change of load to the next */
#define NOTICE_MS	20
#define SETTLE_MS	1100	/* until the number is the share */
#define ROUGH		256	/* a number is about right */

struct vm {
	unsigned int vcpus, weight;
	unsigned int busy;		/* runnable tasks of the guest */
	bool follows;			/* the number */
	bool pinned;			/* vCPU n is kept to CPU n */
	bool one_cpu;			/* or all to the first one */
	struct pvsched_capacity c;
	u64 share;
	u32 number, told;
	unsigned int used;		/* runnable vCPUs */
	unsigned int rank;		/* among VMs whose vCPUs weigh as much */
	double ran;			/* ms */
	double on[MAX_CPUS];		/* weight on each CPU */
	unsigned int tasks[MAX_CPUS];	/* vCPUs there */
	bool seen[MAX_CPUS];		/* strangers, at the last look */
	bool stayed[MAX_CPUS];		/* and at the one before */
	u64 since;			/* it is busy, in ms */
};

static struct vm vm[MAX_VMS];
static unsigned int nr_vms, nr_cpus;
static double load[MAX_CPUS];
static unsigned int runnable[MAX_CPUS];
static unsigned int heap[MAX_CPUS];
static u64 now;				/* ms */

static unsigned int up_to(unsigned int n)
{
	return (random_u64() >> 16) % n;
}

static unsigned int min_u(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* CPUs by load, the least first. */
static void heap_down(unsigned int i)
{
	unsigned int child, cpu = heap[i];

	for (; (child = 2 * i + 1) < nr_cpus; i = child) {
		if (child + 1 < nr_cpus && load[heap[child + 1]] < load[heap[child]])
			child++;
		if (load[heap[child]] >= load[cpu])
			break;
		heap[i] = heap[child];
	}
	heap[i] = cpu;
}

/* In any order, where loads are the same. */
static void heap_init(void)
{
	unsigned int i, j;

	for (i = 0; i < nr_cpus; i++) {
		j = up_to(i + 1);
		heap[i] = heap[j];
		heap[j] = i;
	}
	for (i = nr_cpus / 2; i--;)
		heap_down(i);
}

static unsigned int vm_used(const struct vm *v)
{
	unsigned int all = min_u(v->busy, v->vcpus);

	return v->follows && v->told ? min_u(all, (v->told + CPU - 1) / CPU) : all;
}

static void vm_put(struct vm *v, unsigned int cpu, double weight)
{
	v->on[cpu] += weight;
	v->tasks[cpu]++;
	load[cpu] += weight;
	runnable[cpu]++;
}

static int by_weight(const void *a, const void *b)
{
	const struct vm *x = *(struct vm **)a, *y = *(struct vm **)b;
	double wx = x->used ? (double)x->weight / x->used : 0;
	double wy = y->used ? (double)y->weight / y->used : 0;

	return wx < wy ? 1 : wx > wy ? -1 : x->rank < y->rank ? -1 : 1;
}

/* Of the CPUs on which the VM has vCPUs, the one with the most load; or of all, the least. */
static unsigned int find_cpu(const struct vm *v, bool most)
{
	unsigned int cpu, skip = up_to(nr_cpus), i, best = nr_cpus;

	for (i = 0; i < nr_cpus; i++) {
		cpu = (i + skip) % nr_cpus;
		if (most && !v->tasks[cpu])
			continue;
		if (best == nr_cpus || (most ? load[cpu] > load[best] : load[cpu] < load[best]))
			best = cpu;
	}
	return best;
}

/* The weight of the VM is that of all its vCPUs, whose number changes. */
static void vm_resize(struct vm *v, unsigned int used)
{
	double weight = used ? (double)v->weight / used : 0;
	unsigned int cpu;

	for (; v->used > used; v->used--) {
		cpu = v->pinned ? v->used - 1 : find_cpu(v, true);
		v->tasks[cpu]--;
		runnable[cpu]--;
	}
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		load[cpu] += v->tasks[cpu] * weight - v->on[cpu];
		v->on[cpu] = v->tasks[cpu] * weight;
	}
	for (; v->used < used; v->used++)
		vm_put(v, find_cpu(v, false), weight);
}

/* A CPU that goes idle pulls a vCPU that waits. */
static void pull(unsigned int to)
{
	unsigned int i, cpu;

	for (i = 0; i < nr_vms; i++)
		for (cpu = 0; !vm[i].pinned && cpu < nr_cpus; cpu++)
			if (vm[i].tasks[cpu] && runnable[cpu] > 1) {
				vm[i].tasks[cpu]--;
				runnable[cpu]--;
				load[cpu] -= (double)vm[i].weight / vm[i].used;
				vm[i].on[cpu] -= (double)vm[i].weight / vm[i].used;
				vm_put(&vm[i], to, (double)vm[i].weight / vm[i].used);
				return;
			}
}

static void resize(void)
{
	unsigned int i, cpu;

	for (i = 0; i < nr_vms; i++)
		if (vm[i].used != vm_used(&vm[i]))
			vm_resize(&vm[i], vm_used(&vm[i]));
	for (cpu = 0; cpu < nr_cpus; cpu++)
		if (!runnable[cpu])
			pull(cpu);
}

static void place(void)
{
	struct vm *order[MAX_VMS], *v;
	unsigned int i, n;

	memset(load, 0, sizeof(load));
	memset(runnable, 0, sizeof(runnable));
	for (i = 0; i < nr_vms; i++) {
		order[i] = v = &vm[i];
		v->used = vm_used(v);
		v->rank = up_to(1 << 30);
		memset(v->on, 0, nr_cpus * sizeof(v->on[0]));
		memset(v->tasks, 0, nr_cpus * sizeof(v->tasks[0]));
		for (n = 0; v->pinned && n < v->used; n++)
			vm_put(v, v->one_cpu ? 0 : n % nr_cpus, (double)v->weight / v->used);
	}
	qsort(order, nr_vms, sizeof(order[0]), by_weight);
	heap_init();
	for (i = 0; i < nr_vms; i++)
		for (v = order[i], n = 0; !v->pinned && n < v->used; n++) {
			vm_put(v, heap[0], (double)v->weight / v->used);
			heap_down(0);
		}
}

static void run(void)
{
	unsigned int i, cpu;

	for (i = 0; i < nr_vms; i++)
		for (cpu = 0; vm[i].used && cpu < nr_cpus; cpu++)
			if (vm[i].on[cpu] > 0)
				vm[i].ran += vm[i].on[cpu] / load[cpu];
}

/* Was another VM on a CPU busy for most of the time lately? */
static bool is_always(const struct vm *v, unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < nr_vms; i++)
		if (&vm[i] != v && vm[i].tasks[cpu] && now - vm[i].since >= ALWAYS_MS)
			return true;
	return false;
}

/* As pvsched_share_of() and pvsched_capacity_look() do it, for one level. */
static void vm_look(struct vm *v)
{
	struct pvsched_look look = {
		.now = now * MS + 1, .ran = v->ran * MS, .vcpus = v->vcpus,
		.runnable = v->used, .is_known = true, .alone = nr_cpus * CPU,
	};
	bool kept = pvsched_is_before(look.now, v->c.stacks_until);
	struct pvsched_level level;
	unsigned int cpu, passes = 4;

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		look.is_idle |= !runnable[cpu];
		v->stayed[cpu] = v->seen[cpu] && runnable[cpu] > v->tasks[cpu];
		v->seen[cpu] = runnable[cpu] > v->tasks[cpu];
	}
	do {
		level = (struct pvsched_level) { .weight = v->weight, .share = v->share };
		for (cpu = 0; cpu < nr_cpus; cpu++) {
			unsigned int tasks = runnable[cpu] - v->tasks[cpu];

			if (!tasks)
				continue;
			if (!v->stayed[cpu] && !is_always(v, cpu)) {
				pvsched_level_add_sleepers(&level, CPU / 4);
				continue;
			}
			look.is_stacked |= tasks > 1;
			if (kept)
				tasks = 1;
			pvsched_level_add(&level, load[cpu] - v->on[cpu] + 0.001, tasks);
		}
		v->share = pvsched_level_share(&level, nr_cpus * CPU);
	} while (v->share != level.share && --passes);

	look.met = level.free || level.capped;
	look.share = v->share >> PVSCHED_FINE_SHIFT;
	v->number = pvsched_capacity_next(&v->c, &look);
}

static void step(void)
{
	unsigned int i;

	if (now % BALANCE_MS)
		resize();
	else
		place();
	run();
	for (i = 0; i < nr_vms; i++) {
		if (vm[i].used && now % LOOK_MS == i % LOOK_MS)
			vm_look(&vm[i]);
		if (now % LOOK_MS == (i + 2) % LOOK_MS)
			vm[i].told = vm[i].number;
	}
	now++;
}

static void boot(unsigned int vms, unsigned int vcpus, unsigned int cpus, bool same)
{
	unsigned int i;

	memset(vm, 0, sizeof(vm));
	memset(load, 0, sizeof(load));
	memset(runnable, 0, sizeof(runnable));
	nr_vms = vms;
	nr_cpus = cpus;
	for (i = 0; i < vms; i++) {
		vm[i].vcpus = same ? vcpus : 1 + up_to(vcpus);
		vm[i].weight = same ? 1024 : 1024 << up_to(3);
		vm[i].told = vm[i].vcpus * CPU;
		vm[i].busy = vm[i].vcpus;
		vm[i].follows = true;
	}
}

/* What the VMs that run are due: shares by weight, none more than it has vCPUs. */
static void due(double *share)
{
	double low = 0, high = MAX_CPUS, mid, sum;
	unsigned int i, n;

	for (n = 0; n < 100; n++) {
		mid = (low + high) / 2;
		for (sum = i = 0; i < nr_vms; i++) {
			share[i] = mid * vm[i].weight;
			if (share[i] > min_u(vm[i].busy, vm[i].vcpus))
				share[i] = min_u(vm[i].busy, vm[i].vcpus);
			sum += share[i];
		}
		if (sum > nr_cpus)
			high = mid;
		else
			low = mid;
	}
}

struct figures {
	unsigned int notice;		/* ms from a change until a number is about right */
	double changes;			/* of a number in a second after that, the most */
	double error;			/* of a number that matters, the largest, in CPUs */
	double sum;			/* of what VMs could use of their shares, to CPUs */
	double loss;			/* of what a VM gets unfolded, the largest */
	double mean;			/* of all VMs and phases */
	unsigned int judged;
	unsigned int settled;		/* VMs that wait no more for their share to count */
	unsigned int wanting;		/* of all that want at least that */
};

/* Get what each VM gets in a while. */
static void measure(double *ran, unsigned int ms)
{
	unsigned int i;

	for (i = 0; i < nr_vms; i++)
		ran[i] = vm[i].ran;
	while (ms--)
		step();
	for (i = 0; i < nr_vms; i++)
		ran[i] = vm[i].ran - ran[i];
}

static void follow(bool follows)
{
	unsigned int i;

	for (i = 0; i < nr_vms; i++)
		vm[i].follows = follows;
}

static void phase(struct figures *f)
{
	static u32 seen[PHASE_MS][MAX_VMS];
	unsigned int i, ms, changes, last;
	u32 end;

	for (ms = 0; ms < PHASE_MS; ms++) {
		step();
		for (i = 0; i < nr_vms; i++)
			seen[ms][i] = vm[i].c.by_weight;
	}
	for (i = 0; i < nr_vms; i++) {
		end = vm[i].c.by_weight;
		last = changes = 0;
		for (ms = 0; vm[i].used && ms < PHASE_MS; ms++)
			if (abs((int)(seen[ms][i] - end)) > ROUGH)
				last = ms + 1;
		for (ms = NOTICE_MS; vm[i].used && ms + 1 < PHASE_MS; ms++)
			changes += (seen[ms][i] + CPU - 1) / CPU != (seen[ms + 1][i] + CPU - 1) / CPU;
		if (last > f->notice)
			f->notice = last;
		if (changes * 1000.0 / (PHASE_MS - NOTICE_MS) > f->changes)
			f->changes = changes * 1000.0 / (PHASE_MS - NOTICE_MS);
	}
}

static void judge(struct figures *f)
{
	double share[MAX_VMS], folded[MAX_VMS], unfolded[MAX_VMS], sum = 0;
	unsigned int i;

	due(share);
	for (i = 0; i < nr_vms; i++) {
		double number = (double)vm[i].c.by_weight / CPU;
		unsigned int want = min_u(vm[i].busy, vm[i].vcpus);

		if (!vm[i].used)
			continue;
		sum += number < want ? number : want;
		/* One that wants less than it could have is not told how much. */
		if (share[i] < want && fabs(number - share[i]) > f->error)
			f->error = fabs(number - share[i]);
	}
	if (sum / nr_cpus > f->sum)
		f->sum = sum / nr_cpus;

	measure(folded, SETTLE_MS - PHASE_MS);
	for (i = 0; i < nr_vms; i++)
		if (vm[i].used * CPU >= vm[i].c.by_weight) {
			f->wanting++;
			f->settled += vm[i].c.reason != PVSCHED_CAPACITY_CPUS;
		}
	measure(folded, 16 * BALANCE_MS);
	follow(false);
	measure(unfolded, 16 * BALANCE_MS);
	follow(true);
	measure(share, BALANCE_MS);
	for (i = 0; i < nr_vms; i++) {
		double loss = unfolded[i] > 0 ? 1 - folded[i] / unfolded[i] : 0;

		if (loss > f->loss)
			f->loss = loss;
		f->mean += loss;
		f->judged += unfolded[i] > 0;
	}
}

static struct figures simulate(unsigned int vms, unsigned int vcpus, unsigned int cpus, bool same,
			       unsigned int phases)
{
	struct figures f = { };
	unsigned int i;

	boot(vms, vcpus, cpus, same);
	for (i = 0; i < PHASE_MS; i++)
		step();
	while (phases--) {
		while (now % BALANCE_MS != 1)
			step();
		i = up_to(vms);
		vm[i].busy = vm[i].busy && vms > 1 ? 0 : 1 + up_to(vm[i].vcpus);
		vm[i].since = now;
		phase(&f);
		judge(&f);
	}
	f.mean /= f.judged;
	printf("# %3u %4u %5u %s %6u ms %7.1f %8.3f %8.3f %6.1f%% %6.1f%% %6.1f%%\n", vms, vcpus,
	       cpus, same ? " same" : "mixed", f.notice, f.changes, f.error, f.sum, 100 * f.mean,
	       100 * f.loss, 100.0 * f.settled / f.wanting);
	fflush(stdout);
	return f;
}

static const struct { unsigned int vms, vcpus, cpus, phases; } sizes[] = {
	{ 1, 16, 4, 10 }, { 2, 8, 4, 20 }, { 3, 4, 3, 20 }, { 4, 64, 16, 20 },
	{ 8, 16, 16, 20 }, { 16, 32, 64, 10 }, { 64, 8, 64, 5 }, { 64, 512, 1024, 1 },
};

/* With sanitizers on a busy machine it takes its time. */
FIXTURE(sim) { int unused; };
FIXTURE_SETUP(sim) { }
FIXTURE_TEARDOWN(sim) { }

TEST_F_TIMEOUT(sim, vms_that_follow, 1200)
{
	unsigned int i, same;
	struct figures f;

	printf("# VMs vCPUs CPUs sizes notice changes/s error/CPUs sum/CPUs loss: mean, worst settled\n");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (same = 0; same < 2; same++) {
			f = simulate(sizes[i].vms, sizes[i].vcpus, sizes[i].cpus, same,
				     sizes[i].phases);
			/* Some move once more, when others have taken up theirs. */
			EXPECT_LE(f.notice, 2 * NOTICE_MS);
			EXPECT_LE(f.changes, 10);
			EXPECT_LE(f.error, 0.15);
			EXPECT_LE(f.sum, 1.05);
			/* The balancer deals in whole vCPUs: some VM is unlucky for a while. */
			EXPECT_LE(f.mean, 0.02);
			EXPECT_LE(f.loss, 0.34);
			/* For some the second begins anew when others have settled. */
			EXPECT_GE(f.settled, 0.8 * f.wanting);
		}
}

/*
 * One VM that follows beside another that does not, of one vCPU for each CPU that is kept
 * there: it stays where the first one is, which gets two thirds of two CPUs folded, and
 * half of four unfolded.
 */
TEST_F_TIMEOUT(sim, a_neighbour_that_is_kept_to_its_cpus, 600)
{
	double ran[MAX_VMS];

	boot(2, 8, 4, true);
	vm[1].vcpus = vm[1].busy = 4;
	vm[1].follows = false;
	vm[1].pinned = true;
	measure(ran, 500);
	EXPECT_EQ(4 * CPU, vm[0].number);
	measure(ran, 1000);
	EXPECT_EQ(8 * CPU, vm[0].number);
	measure(ran, 60000);
	TH_LOG("gets %.1f%% of its share", ran[0] / 60000 / 2 * 100);
	EXPECT_GE(ran[0], 0.97 * 2 * 60000);
}

/* One whose vCPUs are all kept to one CPU: the others are there for the first VM. */
TEST_F_TIMEOUT(sim, neighbours_that_are_kept_to_one_cpu, 600)
{
	double ran[MAX_VMS];
	unsigned int n;

	for (n = 1; n <= 4; n++) {
		boot(2, 64, 16, true);
		vm[0].weight = 1024 * 15 / n / 2;
		vm[1].vcpus = vm[1].busy = n;
		vm[1].one_cpu = true;
		vm[1].pinned = true;
		vm[1].follows = false;
		measure(ran, 1000);
		measure(ran, 20000);
		TH_LOG("beside %u vCPUs on one CPU: %.2f CPUs", n, ran[0] / 20000);
		EXPECT_GE(ran[0], 0.98 * 15 * 20000);
	}
}

TEST_HARNESS_MAIN
