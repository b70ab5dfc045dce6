// SPDX-License-Identifier: GPL-2.0
/*
 * The host part's switches, what it offers to guests, and the report that a
 * vCPU is off CPU.
 *
 * A switch decides twice: what KVM_GET_SUPPORTED_CPUID offers to a VMM, and,
 * while VMs run, whether the host part acts. With a switch off the base's own
 * code runs.
 */
#include <linux/debugfs.h>
#include <linux/fault-inject.h>
#include <linux/module.h>
#include <linux/pvsched_sched.h>

#include "internal.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

bool pvsched_yield __read_mostly = true;
module_param(pvsched_yield, bool, 0644);
MODULE_PARM_DESC(pvsched_yield, "Answer the yield hypercall (default: Y)");

bool pvsched_boost __read_mostly = true;
module_param(pvsched_boost, bool, 0644);
MODULE_PARM_DESC(pvsched_boost, "Choose whom a spinning vCPU yields to, and make yields stick (default: Y)");

bool pvsched_trade __read_mostly = true;
module_param(pvsched_trade, bool, 0644);
MODULE_PARM_DESC(pvsched_trade, "Let callers change places with targets that another VM keeps waiting (default: Y)");

module_param(pvsched_slice, bool, 0644);
MODULE_PARM_DESC(pvsched_slice, "Give vCPUs longer slices beside others of their VM (default: Y)");

module_param(pvsched_slice_us, uint, 0644);
MODULE_PARM_DESC(pvsched_slice_us, "The least slice of a vCPU beside another of its VM, in us (default: 9000)");

module_param(pvsched_disturb_us, uint, 0644);
MODULE_PARM_DESC(pvsched_disturb_us, "How often a yield may switch out another VM, on average (default: 80000)");

module_param(pvsched_disturb_burst, uint, 0644);
MODULE_PARM_DESC(pvsched_disturb_burst, "How many times in a row it may, 0 for never (default: 8)");

static bool pvsched_off_cpu __read_mostly = true;
module_param(pvsched_off_cpu, bool, 0644);
MODULE_PARM_DESC(pvsched_off_cpu, "Report vCPUs preempted while an exit is handled (default: Y)");

/**
 * pvsched_cpuid_features() - Features to offer in KVM_CPUID_FEATURES.EAX.
 *
 * Context: any.
 * Return: bits to set.
 */
u32 pvsched_cpuid_features(void)
{
	u32 features = 0;

	if (READ_ONCE(pvsched_yield))
		features |= BIT(PVSCHED_FEATURE_YIELD);

	/* The report travels in the steal-time record. */
	if (READ_ONCE(pvsched_off_cpu) && sched_info_on())
		features |= BIT(PVSCHED_FEATURE_OFF_CPU);

	return features;
}

/**
 * pvsched_off_cpu_state() - What to report of a vCPU preempted inside an exit.
 * @vcpu:	a vCPU that is scheduled out, runnable, and not at an
 *		instruction boundary
 *
 * Context: scheduled out, preemption off.
 * Return: the value for the steal-time record, 0 to report nothing. Never
 * PVSCHED_VCPU_PREEMPTED: that invites the guest to leave a TLB flush to the
 * next entry, which is safe at an instruction boundary only.
 */
u8 pvsched_off_cpu_state(struct kvm_vcpu *vcpu)
{
	if (!READ_ONCE(pvsched_off_cpu))
		return 0;

	if (!pvsched_advertised(vcpu, PVSCHED_FEATURE_OFF_CPU))
		return 0;

	return PVSCHED_VCPU_OFF_CPU;
}

#ifdef CONFIG_FAULT_INJECTION
/*
 * Drop yields on purpose: proves that tests notice, and that guests stay
 * correct when a yield does nothing.
 */
static DECLARE_FAULT_ATTR(fail_pvsched_yield);

bool pvsched_drop_yield(void)
{
	return should_fail(&fail_pvsched_yield, 1);
}

static struct dentry *pvsched_fault_dir;

static void pvsched_fault_init(void)
{
	fail_pvsched_yield.verbose = 0;
	pvsched_fault_dir = fault_create_debugfs_attr("fail_pvsched_yield", NULL,
						      &fail_pvsched_yield);
}

static void pvsched_fault_exit(void)
{
	debugfs_remove(pvsched_fault_dir);
}
#else
static inline void pvsched_fault_init(void) { }
static inline void pvsched_fault_exit(void) { }
#endif /* CONFIG_FAULT_INJECTION */

/**
 * pvsched_host_init() - Set up what outlives a VM; called when kvm.ko loads.
 */
void __init pvsched_host_init(void)
{
	pvsched_fault_init();
	pvsched_stats_init();
}

/**
 * pvsched_host_exit() - Undo pvsched_host_init().
 */
void pvsched_host_exit(void)
{
	pvsched_stats_exit();
	pvsched_fault_exit();
}
