// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters of kvm.ko: a switch for each part, and the tunables.
 *
 * A switch decides twice: what KVM_GET_SUPPORTED_CPUID offers to a VMM, and,
 * while VMs run, whether the part acts. With a part switched off the base's own
 * code runs.
 */
#include <linux/module.h>
#include <linux/pvsched_sched.h>

#include "internal.h"

bool pvsched_yield __read_mostly = true;
module_param(pvsched_yield, bool, 0644);
MODULE_PARM_DESC(pvsched_yield, "Answer the yield hypercall (default: Y)");

bool pvsched_off_cpu __read_mostly = true;
module_param(pvsched_off_cpu, bool, 0644);
MODULE_PARM_DESC(pvsched_off_cpu, "Report vCPUs preempted while an exit is handled (default: Y)");

bool pvsched_boost __read_mostly = true;
module_param(pvsched_boost, bool, 0644);
MODULE_PARM_DESC(pvsched_boost, "Choose the target of a spinning vCPU, and make yields stick (default: Y)");

bool pvsched_swap __read_mostly = true;
module_param(pvsched_swap, bool, 0644);
MODULE_PARM_DESC(pvsched_swap, "Swap callers with targets that wait behind another VM (default: Y)");

bool pvsched_capacity __read_mostly = true;
module_param(pvsched_capacity, bool, 0644);
MODULE_PARM_DESC(pvsched_capacity, "Publish how many CPUs a VM can have (default: Y)");

bool pvsched_fast_ipi __read_mostly = true;
module_param(pvsched_fast_ipi, bool, 0644);
/* pvsched_keeps_tpr() is inlined into kvm-amd.ko. */
EXPORT_SYMBOL_GPL(pvsched_fast_ipi);
MODULE_PARM_DESC(pvsched_fast_ipi, "Send virtual IPIs before interrupts are enabled (default: Y)");

bool pvsched_fast_timer __read_mostly = true;
module_param(pvsched_fast_timer, bool, 0644);
MODULE_PARM_DESC(pvsched_fast_timer, "Arm the TSC-deadline timer before interrupts are enabled (default: Y)");

bool pvsched_fast_yield __read_mostly = true;
module_param(pvsched_fast_yield, bool, 0644);
MODULE_PARM_DESC(pvsched_fast_yield, "Answer yields with nothing to do before interrupts are enabled (default: Y)");

/* The scheduler is built in and has no name of its own: set its values here. */
module_param(pvsched_slice, bool, 0644);
MODULE_PARM_DESC(pvsched_slice, "Give vCPUs longer slices beside others of their VM (default: Y)");

module_param(pvsched_slice_us, uint, 0644);
MODULE_PARM_DESC(pvsched_slice_us, "The least slice of a vCPU beside another of its VM, in us (default: 9000)");

module_param(pvsched_preempt_us, uint, 0644);
MODULE_PARM_DESC(pvsched_preempt_us, "How often a yield may preempt another VM, on average, in us (default: 80000)");
