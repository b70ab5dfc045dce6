// SPDX-License-Identifier: GPL-2.0
/*
 * Call-function IPIs: whoever sends one and waits yields to those targets that
 * are off CPU.
 *
 * The base yields once, when the IPI goes out, to the first preempted target,
 * and for calls to many CPUs only. Here one hypercall names all preempted
 * targets; and while the sender waits, it looks again and yields again to
 * those still preempted, each look twice as far off as the one before. A call
 * to a single CPU is helped from the wait alone, so that the sender of an
 * asynchronous one, say a remote wake-up, keeps its CPU.
 *
 * One wait yields at most ipi_max_yields times, which is one hypercall for each
 * PVSCHED_YIELD_MAX_TARGETS APIC IDs; then the base's wait goes on alone, and
 * with it the base's report of a CPU that never answers.
 */
#include <linux/debugfs.h>
#include <linux/minmax.h>
#include <linux/pvsched_guest.h>
#include <linux/sched/clock.h>
#include <asm/smp.h>

#include "internal.h"

/* The longest spin between two looks, in PAUSE instructions. */
#define PVSCHED_IPI_MAX_SPINS	8192

/* Looks in one wait, whether or not anybody was found off CPU. */
#define PVSCHED_IPI_MAX_LOOKS	64

static u32 pvsched_ipi_max_yields __read_mostly = 8;
static u32 pvsched_ipi_first_spins __read_mostly = 256;

/*
 * Does the base's wait look here at all? A static key, decided once. What is
 * switched later is a variable: that patches no code under running vCPUs and
 * needs no IPI to all of them, the very thing that is slow when they are off
 * CPU.
 */
DEFINE_STATIC_KEY_FALSE(pvsched_csd_hook);

/* The wait is helped or measured when either wants it: the part, or "stats". */
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
	/* The base's wait follows, whose acquire pairs with csd_unlock(). */
	return !(READ_ONCE(csd->node.u_flags) & CSD_FLAG_LOCK);
}

/* What a sender waits for: one call, or one for each CPU of a mask. */
struct pvsched_wait {
	call_single_data_t *single;
	call_single_data_t __percpu *many;
	const struct cpumask *cpus;
	int cpu;
};

/* The first CPU from @cpu on that has not finished, nr_cpu_ids if all have. */
static int pvsched_wait_next(const struct pvsched_wait *w, int cpu)
{
	if (w->single)
		return cpu <= w->cpu && !pvsched_csd_done(w->single) ? w->cpu : nr_cpu_ids;

	for_each_cpu_from(cpu, w->cpus) {
		if (!pvsched_csd_done(per_cpu_ptr(w->many, cpu)))
			return cpu;
	}

	return nr_cpu_ids;
}

/* Spin for a bounded time. Return true once everybody has finished. */
static bool pvsched_wait_spin(const struct pvsched_wait *w, u32 spins)
{
	int cpu = pvsched_wait_next(w, 0);

	while (cpu < nr_cpu_ids && spins--) {
		cpu_relax();
		cpu = pvsched_wait_next(w, cpu);
	}

	return cpu >= nr_cpu_ids;
}

/* Yield to whoever is off CPU. Return true if there was somebody. */
static bool pvsched_wait_yield(const struct pvsched_wait *w)
{
	PVSCHED_WINDOW(window, PVSCHED_YIELD_CALL_FUNC);
	int cpu;

	for (cpu = pvsched_wait_next(w, 0); cpu < nr_cpu_ids;
	     cpu = pvsched_wait_next(w, cpu + 1)) {
		if (pvsched_needs_help(cpu))
			pvsched_window_add(&window, cpu);
	}

	if (!pvsched_window_yield(&window))
		return false;

	pvsched_count(PVSCHED_IPI_WAIT_YIELDS);
	return true;
}

static void pvsched_wait_help(const struct pvsched_wait *w, u32 spins)
{
	u32 max_yields = READ_ONCE(pvsched_ipi_max_yields);
	u32 looks, yields = 0;

	for (looks = 0; looks < PVSCHED_IPI_MAX_LOOKS; looks++) {
		if (pvsched_wait_spin(w, spins) || !pvsched_ipi_active())
			return;

		if (yields == max_yields)
			break;

		yields += pvsched_wait_yield(w);
		spins = clamp(spins * 2, 1, PVSCHED_IPI_MAX_SPINS);
	}

	pvsched_count(PVSCHED_IPI_WAIT_CAPPED);
}

/* Wait to the end, and count how long it took, with the part on or off. */
static void pvsched_wait_measured(const struct pvsched_wait *w, u32 spins)
{
	u64 start = local_clock();

	if (pvsched_ipi_active())
		pvsched_wait_help(w, spins);

	while (!pvsched_wait_spin(w, PVSCHED_IPI_MAX_SPINS))
		;

	pvsched_count(PVSCHED_IPI_WAITS);
	pvsched_count_add(PVSCHED_IPI_WAIT_NS, local_clock() - start);
}

static void pvsched_wait(const struct pvsched_wait *w, u32 spins)
{
	if (unlikely(READ_ONCE(pvsched_stats)))
		pvsched_wait_measured(w, spins);
	else if (pvsched_ipi_active())
		pvsched_wait_help(w, spins);
}

/* See pvsched_csd_wait(). The IPI has only just been sent: look at once. */
void __pvsched_csd_wait(call_single_data_t *csd, int cpu)
{
	struct pvsched_wait w = { .single = csd, .cpu = cpu };

	pvsched_wait(&w, 0);
}

/* See pvsched_csd_wait_many(). The send has yielded already: look later. */
void __pvsched_csd_wait_many(call_single_data_t __percpu *csd,
			     const struct cpumask *cpus)
{
	struct pvsched_wait w = { .many = csd, .cpus = cpus };

	pvsched_wait(&w, READ_ONCE(pvsched_ipi_first_spins));
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
		pvsched_count(PVSCHED_IPI_YIELDS);
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

	/* Without the part the base's wait has not looked here so far. */
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

/* Take over the call-function IPI from the base, which serves while off. */
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

void __init pvsched_ipi_debugfs(struct dentry *dir)
{
	debugfs_create_u32("ipi_max_yields", 0644, dir, &pvsched_ipi_max_yields);
	debugfs_create_u32("ipi_first_spins", 0644, dir, &pvsched_ipi_first_spins);
}
