// SPDX-License-Identifier: GPL-2.0
/*
 * Call-function IPIs: a sender that waits yields to the targets that are off CPU.
 *
 * The base yields once, when the IPI goes out, to the first preempted target, and
 * only for calls to many CPUs. Here one hypercall names all preempted targets.
 * While the sender waits it looks again and yields again to targets that are still
 * preempted; the time between two looks doubles. For a call to a single CPU only
 * the wait yields, so that the sender of an asynchronous call, for instance a
 * remote wake-up, keeps its CPU.
 *
 * One wait yields at most PVSCHED_IPI_MAX_YIELDS times, each time with one hypercall for
 * every PVSCHED_YIELD_MAX_TARGETS APIC IDs. Then the base's wait goes on alone,
 * and with it the base's report of a CPU that never answers.
 */
#include <linux/minmax.h>
#include <linux/pvsched_guest.h>
#include <linux/sched/clock.h>
#include <linux/time64.h>
#include <asm/smp.h>

#include "internal.h"
#include "limits.h"

/* The longest spin between two looks, in PAUSE instructions. */
#define PVSCHED_IPI_MAX_SPINS	8192

/*
 * How long a wait is measured. Stay below the time after which the base reports a
 * CPU that never answers: its own wait, which reports, begins afterwards.
 */
#define PVSCHED_IPI_MAX_MEASURED	NSEC_PER_SEC

/* Looks in one wait, whether or not a target was found off CPU. */
#define PVSCHED_IPI_MAX_LOOKS	64

/*
 * Whether the base's wait calls pvsched at all. Flip the static key once. Later
 * switches set a variable: patching code sends an IPI to all vCPUs, which is slow
 * when vCPUs are off CPU.
 */
DEFINE_STATIC_KEY_FALSE(pvsched_csd_hook);

/* Set while the part or "stats" is on. */
bool pvsched_csd_on __read_mostly;
bool pvsched_stats __read_mostly;
static bool pvsched_ipi __read_mostly;

static void (*pvsched_base_send)(const struct cpumask *mask) __ro_after_init;

static bool pvsched_ipi_active(void)
{
	return READ_ONCE(pvsched_ipi) && pvsched_host_answers();
}

static bool pvsched_csd_done(call_single_data_t *csd)
{
	/* The base's wait follows; its acquire pairs with csd_unlock(). */
	return !(READ_ONCE(csd->node.u_flags) & CSD_FLAG_LOCK);
}

/* A wait for one call, or for one on each CPU of a mask. */
struct pvsched_ipi_wait {
	call_single_data_t *single;
	call_single_data_t __percpu *many;
	const struct cpumask *cpus;
	int cpu;
};

/* The first CPU from @cpu on that has not finished, nr_cpu_ids if there is none. */
static int pvsched_ipi_wait_next(const struct pvsched_ipi_wait *w, int cpu)
{
	if (w->single)
		return cpu <= w->cpu && !pvsched_csd_done(w->single) ? w->cpu : nr_cpu_ids;

	for_each_cpu_from(cpu, w->cpus) {
		if (!pvsched_csd_done(per_cpu_ptr(w->many, cpu)))
			return cpu;
	}

	return nr_cpu_ids;
}

/* Spin for a bounded time. Return true once all CPUs have finished. */
static bool pvsched_ipi_wait_spin(const struct pvsched_ipi_wait *w, u32 spins)
{
	int cpu = pvsched_ipi_wait_next(w, 0);

	while (cpu < nr_cpu_ids && spins--) {
		cpu_relax();
		cpu = pvsched_ipi_wait_next(w, cpu);
	}

	return cpu >= nr_cpu_ids;
}

/* Yield to the targets that are off CPU. Return true if there were any. */
static bool pvsched_ipi_wait_yield(const struct pvsched_ipi_wait *w)
{
	PVSCHED_WINDOW(window, PVSCHED_YIELD_CALL_FUNC);
	int cpu;

	for (cpu = pvsched_ipi_wait_next(w, 0); cpu < nr_cpu_ids;
	     cpu = pvsched_ipi_wait_next(w, cpu + 1)) {
		if (pvsched_needs_help(cpu))
			pvsched_window_add(&window, cpu);
	}

	if (!pvsched_window_yield(&window))
		return false;

	pvsched_counter_inc(PVSCHED_IPI_WAIT_YIELDS);
	return true;
}

static void pvsched_ipi_wait_help(const struct pvsched_ipi_wait *w, u32 spins)
{
	u32 looks, yields = 0;

	for (looks = 0; looks < PVSCHED_IPI_MAX_LOOKS; looks++) {
		if (pvsched_ipi_wait_spin(w, spins) || !pvsched_ipi_active())
			return;

		if (yields == PVSCHED_IPI_MAX_YIELDS)
			break;

		yields += pvsched_ipi_wait_yield(w);
		spins = clamp(spins * 2, 1, PVSCHED_IPI_MAX_SPINS);
	}

	pvsched_counter_inc(PVSCHED_IPI_WAIT_CAPPED);
}

/*
 * Wait and count the time, whether the part is on or off. A wait that takes longer
 * than PVSCHED_IPI_MAX_MEASURED counts with that time.
 */
static void pvsched_ipi_wait_measured(const struct pvsched_ipi_wait *w, u32 spins)
{
	u64 start = local_clock(), ns;
	bool done;

	if (pvsched_ipi_active())
		pvsched_ipi_wait_help(w, spins);

	do {
		done = pvsched_ipi_wait_spin(w, PVSCHED_IPI_MAX_SPINS);
		ns = local_clock() - start;
	} while (!done && ns < PVSCHED_IPI_MAX_MEASURED);

	pvsched_counter_inc(PVSCHED_IPI_WAITS);
	pvsched_counter_add(PVSCHED_IPI_WAIT_NS, min_t(u64, ns, PVSCHED_IPI_MAX_MEASURED));
}

static void pvsched_ipi_wait(const struct pvsched_ipi_wait *w, u32 spins)
{
	if (unlikely(READ_ONCE(pvsched_stats)))
		pvsched_ipi_wait_measured(w, spins);
	else if (pvsched_ipi_active())
		pvsched_ipi_wait_help(w, spins);
}

/* See pvsched_csd_wait(). The IPI has just been sent: look at once. */
void __pvsched_csd_wait(call_single_data_t *csd, int cpu)
{
	struct pvsched_ipi_wait w = { .single = csd, .cpu = cpu };

	pvsched_ipi_wait(&w, 0);
}

/* See pvsched_csd_wait_many(). The sender has yielded already: look later. */
void __pvsched_csd_wait_many(call_single_data_t __percpu *csd,
			     const struct cpumask *cpus)
{
	struct pvsched_ipi_wait w = { .many = csd, .cpus = cpus };

	pvsched_ipi_wait(&w, PVSCHED_IPI_FIRST_SPINS);
}

/* The target of the CPU's last asynchronous call by smp_call_function_single(). */
static DEFINE_PER_CPU(int, pvsched_csd_target);

/* See pvsched_csd_lock(). */
void __pvsched_csd_lock(call_single_data_t *csd, int cpu)
{
	if (!pvsched_csd_done(csd))
		__pvsched_csd_wait(csd, this_cpu_read(pvsched_csd_target));

	this_cpu_write(pvsched_csd_target, cpu);
}

/* See pvsched_csd_lock_many(). */
void __pvsched_csd_lock_many(call_single_data_t *csd, int cpu)
{
	if (!pvsched_csd_done(csd))
		__pvsched_csd_wait(csd, cpu);
}

static void pvsched_send_call_func_ipi(const struct cpumask *mask)
{
	PVSCHED_WINDOW(window, PVSCHED_YIELD_CALL_FUNC);
	int cpu;

	if (!pvsched_ipi_active()) {
		pvsched_base_send(mask);
		return;
	}

	native_send_call_func_ipi(mask);

	for_each_cpu(cpu, mask) {
		if (pvsched_needs_help(cpu))
			pvsched_window_add(&window, cpu);
	}

	if (pvsched_window_yield(&window))
		pvsched_counter_inc(PVSCHED_IPI_YIELDS);
}

static void pvsched_update_csd(void)
{
	WRITE_ONCE(pvsched_csd_on, pvsched_ipi || pvsched_stats);
}

static int pvsched_set_ipi(const char *val, const struct kernel_param *kp)
{
	bool on;

	if (kstrtobool(val, &on))
		return -EINVAL;

	if (on && !pvsched_part_usable(PVSCHED_PART_IPI))
		return -EOPNOTSUPP;

	WRITE_ONCE(pvsched_ipi, on);
	pvsched_update_csd();

	return 0;
}

static int pvsched_set_stats(const char *val, const struct kernel_param *kp)
{
	bool on;

	if (kstrtobool(val, &on))
		return -EINVAL;

	WRITE_ONCE(pvsched_stats, on);
	pvsched_update_csd();

	/* Without the part the base's wait does not call pvsched yet. */
	if (on)
		static_branch_enable(&pvsched_csd_hook);

	return 0;
}

static const struct kernel_param_ops pvsched_ipi_ops = {
	.set = pvsched_set_ipi,
	.get = param_get_bool,
};
module_param_cb(ipi, &pvsched_ipi_ops, &pvsched_ipi, 0644);

static const struct kernel_param_ops pvsched_stats_ops = {
	.set = pvsched_set_stats,
	.get = param_get_bool,
};
module_param_cb(stats, &pvsched_stats_ops, &pvsched_stats, 0644);

/**
 * pvsched_ipi_init() - Take over the call-function IPI from the base.
 *
 * The base's function stays in use while the part is off.
 *
 * Context: boot CPU, before the others are up.
 */
void __init pvsched_ipi_init(void)
{
	if (!pvsched_part_usable(PVSCHED_PART_IPI))
		return;

	pvsched_base_send = smp_ops.send_call_func_ipi;
	smp_ops.send_call_func_ipi = pvsched_send_call_func_ipi;
	static_branch_enable(&pvsched_csd_hook);
	pvsched_ipi = true;
	pvsched_update_csd();
}
