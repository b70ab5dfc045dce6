// SPDX-License-Identifier: GPL-2.0
/*
 * The guest part's detection, boot option and counters, and the one place that
 * makes the yield hypercall.
 *
 * The only registration with the host is the base's steal-time record, whose
 * preempted byte pvsched reads. The base takes the record down when a CPU goes
 * offline, at suspend, reboot and kexec. A record that is down reads "not
 * preempted", so no yield follows.
 *
 * A host may stop to answer at any time: the administrator switches the part off,
 * or the VM moves to a host without it. Upon an error code make no hypercall for
 * PVSCHED_RETRY and leave the work to the base's code.
 */
#define pr_fmt(fmt) "pvsched: " fmt

#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/kvm_para.h>
#include <linux/pvsched_guest.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <asm/smp.h>

#include "internal.h"

/* Jiffies without a hypercall after the host refused one. */
#define PVSCHED_RETRY	HZ

DEFINE_PER_CPU(u64 [PVSCHED_NR_COUNTERS], pvsched_counters);

static const char * const pvsched_counter_name[PVSCHED_NR_COUNTERS] = {
	[PVSCHED_HYPERCALLS]		= "hypercalls",
	[PVSCHED_HYPERCALLS_REFUSED]	= "hypercalls_refused",
	[PVSCHED_DIRECTED]		= "directed",
	[PVSCHED_IPI_YIELDS]		= "ipi_yields",
	[PVSCHED_IPI_WAIT_YIELDS]	= "ipi_wait_yields",
	[PVSCHED_IPI_WAIT_CAPPED]	= "ipi_wait_capped",
	[PVSCHED_IPI_WAITS]		= "ipi_waits",
	[PVSCHED_IPI_WAIT_NS]		= "ipi_wait_ns",
	[PVSCHED_LOCK_HANDOVERS]	= "lock_handovers",
	[PVSCHED_LOCK_STEALS]		= "lock_steals",
	[PVSCHED_LOCK_HALTS]		= "lock_halts",
	[PVSCHED_LOCK_KICKS]		= "lock_kicks",
	[PVSCHED_LOCK_RESCUES]		= "lock_rescues",
	[PVSCHED_LOCK_HEAD_YIELDS]	= "lock_head_yields",
	[PVSCHED_LOCK_HOLDER_YIELDS]	= "lock_holder_yields",
	[PVSCHED_LOCK_UNTARGETED_YIELDS]	= "lock_untargeted_yields",
	[PVSCHED_FOLD_CHANGES]		= "fold_changes",
	[PVSCHED_FOLD_LEFT]		= "fold_left",
	[PVSCHED_FOLD_YIELDS]		= "fold_yields",
	[PVSCHED_FOLD_CAME]		= "fold_came",
};

static const char * const pvsched_part_name[PVSCHED_NR_PARTS] = {
	[PVSCHED_PART_IPI] = "ipi",
	[PVSCHED_PART_LOCK] = "lock",
	[PVSCHED_PART_FOLD] = "fold",
};

static unsigned long pvsched_wanted __ro_after_init = GENMASK(PVSCHED_NR_PARTS - 1, 0);

static bool pvsched_refused __read_mostly;
static unsigned long pvsched_retry_at __read_mostly;

static int __init pvsched_parse(char *arg)
{
	char *name;
	int part;

	if (!arg)
		return -EINVAL;

	pvsched_wanted = 0;
	if (!strcmp(arg, "off"))
		return 0;

	while ((name = strsep(&arg, ","))) {
		part = match_string(pvsched_part_name, PVSCHED_NR_PARTS, name);
		if (part < 0)
			pr_warn("unknown part \"%s\"\n", name);
		else
			pvsched_wanted |= BIT(part);
	}

	return 0;
}
early_param("pvsched", pvsched_parse);

/*
 * The conditions under which the base yields. With MWAIT in the guest an idle vCPU
 * looks like one that runs, and keeps its CPU; with a dedicated CPU for each vCPU no
 * vCPU is ever preempted.
 */
static bool __init pvsched_shares_cpus(void)
{
	return kvm_para_has_feature(KVM_FEATURE_STEAL_TIME) &&
	       !kvm_para_has_hint(KVM_HINTS_REALTIME) &&
	       !boot_cpu_has(X86_FEATURE_MWAIT) &&
	       num_possible_cpus() != 1;
}

/* Bits of the parts for which the host has what they need. */
static unsigned long pvsched_on_offer __ro_after_init;

/* The part that folds can do without the host's number, by another policy. */
static unsigned long __init pvsched_offered(void)
{
	if (!pvsched_shares_cpus())
		return 0;

	if (!kvm_para_has_feature(PVSCHED_FEATURE_YIELD))
		return BIT(PVSCHED_PART_FOLD);

	return GENMASK(PVSCHED_NR_PARTS - 1, 0);
}

/**
 * pvsched_part_usable() - Whether a part can be switched on.
 * @part:	the part
 *
 * Context: any.
 * Return: true if the host offers what the part needs and the boot option names it.
 */
bool pvsched_part_usable(enum pvsched_part part)
{
	return pvsched_on_offer & pvsched_wanted & BIT(part);
}

/**
 * pvsched_yields_offered() - Whether the host has the yield at all.
 *
 * Context: any.
 * Return: true if it was there at boot.
 */
bool pvsched_yields_offered(void)
{
	return pvsched_on_offer & BIT(PVSCHED_PART_IPI);
}

/**
 * pvsched_host_answers() - Whether a hypercall is worth its cost.
 *
 * Context: any.
 * Return: false for PVSCHED_RETRY after the host refused a hypercall.
 */
bool pvsched_host_answers(void)
{
	if (likely(!READ_ONCE(pvsched_refused)))
		return true;

	return time_after(jiffies, READ_ONCE(pvsched_retry_at));
}

/**
 * pvsched_needs_help() - Whether a vCPU wants to run and is off CPU.
 * @cpu:	the vCPU
 *
 * A vCPU that is reported preempted is runnable, also when its idle task is
 * current: it was preempted in an interrupt on top of that task, or on the way to
 * HLT. No wake-up will come for it. The host ignores a target that sleeps.
 *
 * Context: any.
 * Return: true if a yield can help the vCPU.
 */
bool pvsched_needs_help(int cpu)
{
	return vcpu_is_preempted(cpu);
}

static void pvsched_note_answer(long ret)
{
	pvsched_counter_inc(PVSCHED_HYPERCALLS);
	if (ret < 0) {
		pvsched_counter_inc(PVSCHED_HYPERCALLS_REFUSED);
		WRITE_ONCE(pvsched_retry_at, jiffies + PVSCHED_RETRY);
		WRITE_ONCE(pvsched_refused, true);
		return;
	}

	pvsched_counter_add(PVSCHED_DIRECTED, ret);
	if (unlikely(READ_ONCE(pvsched_refused)))
		WRITE_ONCE(pvsched_refused, false);
}

/**
 * pvsched_window_yield() - Yield to the targets of a window, and empty it.
 * @w:	the window
 *
 * Context: any; the vCPU may lose its CPU meanwhile.
 * Return: true if a hypercall was made.
 */
bool pvsched_window_yield(struct pvsched_window *w)
{
	if (!(w->targets[0] | w->targets[1]))
		return false;

	pvsched_note_answer(kvm_hypercall4(KVM_HC_PVSCHED_YIELD, w->targets[0],
					   w->targets[1], w->first, w->reason));
	w->targets[0] = 0;
	w->targets[1] = 0;

	return true;
}

/**
 * pvsched_window_add() - Add a target to a yield.
 * @w:		the window
 * @cpu:	the target
 *
 * If @cpu lies outside, yield to the targets collected so far and start a new
 * window.
 *
 * Context: any; the vCPU may lose its CPU meanwhile.
 */
void pvsched_window_add(struct pvsched_window *w, int cpu)
{
	u32 apic_id = per_cpu(x86_cpu_to_apicid, cpu);
	u32 first = round_down(apic_id, PVSCHED_YIELD_MAX_TARGETS);
	u32 bit = apic_id - first;

	if (first != w->first)
		pvsched_window_yield(w);

	w->first = first;
	w->targets[bit / 64] |= BIT_ULL(bit % 64);
}

/**
 * pvsched_yield_untargeted() - Yield and let the host choose the target.
 * @reason:	one of PVSCHED_YIELD_*
 *
 * Context: any; the vCPU may lose its CPU meanwhile.
 */
void pvsched_yield_untargeted(u32 reason)
{
	pvsched_note_answer(kvm_hypercall4(KVM_HC_PVSCHED_YIELD, 0, 0, 0, reason));
}

static int pvsched_stats_show(struct seq_file *m, void *v)
{
	int cpu, i;
	u64 sum;

	for (i = 0; i < PVSCHED_NR_COUNTERS; i++) {
		sum = 0;
		for_each_possible_cpu(cpu)
			sum += per_cpu(pvsched_counters[i], cpu);
		seq_printf(m, "%s %llu\n", pvsched_counter_name[i], sum);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pvsched_stats);

/**
 * pvsched_guest_init() - Detect pvsched and switch its parts on.
 *
 * Called when the base has installed its own paravirtual operations; some of them
 * are wrapped.
 *
 * Context: boot CPU, before the others are up.
 */
void __init pvsched_guest_init(void)
{
	pvsched_on_offer = pvsched_offered();
	pvsched_ipi_init();
	pvsched_fold_init();

	pr_info("%s by this host; ipi %s; fold %s\n",
		pvsched_on_offer & BIT(PVSCHED_PART_IPI) ? "offered" : "not offered",
		pvsched_part_usable(PVSCHED_PART_IPI) ? "on" : "off",
		pvsched_part_usable(PVSCHED_PART_FOLD) ? "on" : "off");
}

static int __init pvsched_debugfs_init(void)
{
	struct dentry *dir = debugfs_create_dir("pvsched", NULL);

	debugfs_create_file("stats", 0444, dir, NULL, &pvsched_stats_fops);
	pvsched_lock_debugfs(dir);
	pvsched_fold_debugfs(dir);
	pvsched_test_debugfs(dir);

	return 0;
}
late_initcall(pvsched_debugfs_init);
