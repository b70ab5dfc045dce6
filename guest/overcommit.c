// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the VM is overcommitted by itself.
 *
 * In an overcommitted VM a lock waiter that halts early leaves its CPU to a
 * sibling. Beside other VMs it leaves the CPU to a neighbour and has to wait
 * for it again; there a waiter spins for as long as in the base.
 *
 * A preempted vCPU looks the same in both cases. But the host runs as many vCPUs
 * of a VM at once as it has CPUs for the VM, at times also beside other VMs. So
 * compare the vCPUs that want to run with the most that were recently seen to
 * run at once. Half as many again make the VM overcommitted for
 * PVSCHED_OVERCOMMIT_HOLD. A small VM beside another one may be seen with half
 * of its vCPUs running, so ask for PVSCHED_OVERCOMMIT_SLACK more as well.
 *
 * Where the host says that the VM can have fewer CPUs than it has vCPUs, nothing is
 * estimated: then the VM is overcommitted while more vCPUs than that want to run. "All"
 * may also mean that fewer vCPUs would get less.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/sched/idle.h>
#include <linux/smp.h>
#include <asm/current.h>

#include "base.h"
#include "fold.h"
#include "internal.h"
#include "overcommit.h"

#define PVSCHED_OVERCOMMIT_HOLD		HZ
#define PVSCHED_OVERCOMMIT_SLACK	2

/* How long a peak is remembered, at least. */
#define PVSCHED_PEAK_WINDOW		(2 * HZ)

/* Bound the cost of a sample; so many CPUs stand for all. */
#define PVSCHED_SAMPLE_CPUS		64

struct pvsched_overcommit pvsched_overcommit = {
	.at = INITIAL_JIFFIES,
	.until = INITIAL_JIFFIES,
	.since = INITIAL_JIFFIES,
};

DEFINE_PER_CPU(bool, pvsched_asleep);

static unsigned int pvsched_peak_running(unsigned int running)
{
	unsigned int peak = READ_ONCE(pvsched_overcommit.peak[0]);

	if (time_after(jiffies, READ_ONCE(pvsched_overcommit.since) + PVSCHED_PEAK_WINDOW)) {
		WRITE_ONCE(pvsched_overcommit.since, jiffies);
		WRITE_ONCE(pvsched_overcommit.peak[1], peak);
		WRITE_ONCE(pvsched_overcommit.peak[0], running);
	} else if (running > peak) {
		WRITE_ONCE(pvsched_overcommit.peak[0], running);
	}

	return max3(running, peak, READ_ONCE(pvsched_overcommit.peak[1]));
}

/*
 * Compare addresses and take no lock: the CPU that samples may hold any of the
 * scheduler's locks.
 */
static bool pvsched_runs_idle_task(int cpu)
{
	return pvsched_current_on(cpu) == idle_task(cpu);
}

/*
 * The host does not report a halted vCPU as preempted, also while the vCPU waits
 * for a CPU to wake up on. Until it runs, such a vCPU is marked asleep or has its
 * idle task current.
 */
static bool pvsched_is_running(int cpu)
{
	return !vcpu_is_preempted(cpu) && !READ_ONCE(per_cpu(pvsched_asleep, cpu)) &&
	       !pvsched_runs_idle_task(cpu);
}

/*
 * @taken:	vCPUs that were looked at
 * @wanting:	those of them that want to run
 * @running:	those of them that run
 */
struct pvsched_sample {
	unsigned int taken;
	unsigned int wanting;
	unsigned int running;
};

static void pvsched_take_sample(struct pvsched_sample *s)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (s->taken == PVSCHED_SAMPLE_CPUS)
			break;
		s->taken++;
		if (idle_cpu(cpu))
			continue;
		s->wanting++;
		s->running += pvsched_is_running(cpu);
	}
}

/* Compare what wants to run with the host's number for all of the VM. */
static void pvsched_judge_by_capacity(const struct pvsched_sample *s, u32 capacity)
{
	u64 wanting = (u64)s->wanting * num_online_cpus() * PVSCHED_CAPACITY_CPU;
	bool more = wanting > (u64)capacity * s->taken;

	WRITE_ONCE(pvsched_overcommit.until, jiffies + (more ? PVSCHED_OVERCOMMIT_HOLD : 0));
}

static void pvsched_judge_by_peak(const struct pvsched_sample *s)
{
	unsigned int peak = pvsched_peak_running(s->running);

	if (2 * s->wanting > 3 * peak && s->wanting > peak + PVSCHED_OVERCOMMIT_SLACK)
		WRITE_ONCE(pvsched_overcommit.until, jiffies + PVSCHED_OVERCOMMIT_HOLD);
}

/**
 * pvsched_sample_running() - Look anew whether the VM is overcommitted.
 *
 * Context: preemption off.
 */
noinline void pvsched_sample_running(void)
{
	u64 steal = paravirt_steal_clock(smp_processor_id());
	u32 capacity = pvsched_host_capacity();
	struct pvsched_sample s = { };

	WRITE_ONCE(pvsched_overcommit.at, jiffies);
	pvsched_take_sample(&s);

	/* A sample that was preempted shows states of different times: drop it. */
	if (capacity && capacity < num_online_cpus() * PVSCHED_CAPACITY_CPU)
		pvsched_judge_by_capacity(&s, capacity);
	else if (steal == paravirt_steal_clock(smp_processor_id()))
		pvsched_judge_by_peak(&s);
}
