// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: nested guests, on the library's helpers for SVM and VMX. The
 * nested guest has its host's memory, tables and interrupts, and leaves by
 * CPUID, which exits on both vendors.
 */
#include "fuzz_guest.h"
#include "fuzz_nested.h"
#include "pvsched_base.h"

#define APIC_ISR		0x100

/* A handler of the nested guest's that was cut off never ends its interrupt. */
static void end_interrupts(struct fuzz_cpu *cpu)
{
	int i;

	for (i = 0; i < 8; i++) {
		while (apic_read(cpu, APIC_ISR + i * 0x10)) {
			apic_write(cpu, APIC_EOI, 0);
			cpu->nr_cut++;
		}
	}
}

/*
 * Left by INIT: VMX turns it into an exit, after which it is gone, and the local APIC
 * stays as it is. Leave the rest of an INIT behind: no timer, nothing in service or
 * pending, and excused from calls.
 */
static bool is_init(struct fuzz_cpu *cpu, uint64_t reason)
{
	if (reason != EXIT_REASON_INIT_SIGNAL)
		return false;

	if (cpu->apic != FUZZ_APIC_OFF) {
		wrmsr(TSC_DEADLINE, 0);
		end_interrupts(cpu);
		irqs_on();
		irqs_off();
	}
	WRITE_ONCE(cpu->generation, cpu->generation + 2);
	__atomic_fetch_add(&cpu->restarts, 1, __ATOMIC_SEQ_CST);

	return true;
}

/* The library keeps RFLAGS and registers of its guest in globals: one vCPU may use it. */
static void run_svm(struct fuzz_cpu *cpu, void (*guest)(void))
{
	struct svm_test_data *svm = (void *)cpu->nested;

	nested__set_svm(svm, guest, (void *)cpu->nested_stack);
	svm->vmcb->control.intercept |= BIT_ULL(INTERCEPT_CPUID);
	svm->vmcb->control.intercept &= ~BIT_ULL(INTERCEPT_VMMCALL);
	run_guest(svm->vmcb, svm->vmcb_gpa);
	stgi();
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_SVME);

	fuzz_check(cpu, svm->vmcb->control.exit_code == SVM_EXIT_CPUID, "exit code %#x",
		   (uint32_t)svm->vmcb->control.exit_code);
}

/* VMX wants no RPL in a selector of the host. */
static void set_selectors(void)
{
	static const uint32_t fields[] = {
		HOST_DS_SELECTOR, HOST_ES_SELECTOR, HOST_FS_SELECTOR, HOST_GS_SELECTOR,
		GUEST_DS_SELECTOR, GUEST_ES_SELECTOR, GUEST_FS_SELECTOR, GUEST_GS_SELECTOR,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		vmwrite(fields[i], FUZZ_DS);
}

/* Ring 3 keeps segments only that it may use. */
static void restore_segments(struct fuzz_cpu *cpu)
{
	asm volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs"
		     : : "r" (FUZZ_USER_DS) : "memory");
	wrmsr(MSR_GS_BASE, (uint64_t)cpu);
}

static void run_vmx(struct fuzz_cpu *cpu, void (*guest)(void))
{
	struct vmx_pages *vmx = (void *)cpu->nested;
	uint64_t reason;

	fuzz_check(cpu, prepare_for_vmx_operation(vmx) && load_vmcs(vmx), "VMXON or VMPTRLD");
	nested__set_vmx(vmx, guest, (void *)cpu->nested_stack);
	set_selectors();
	vmwrite(CPU_BASED_VM_EXEC_CONTROL, vmreadz(CPU_BASED_VM_EXEC_CONTROL) | CPU_BASED_USE_MSR_BITMAPS);
	fuzz_check(cpu, !vmlaunch(), "VMLAUNCH: error %lu", vmreadz(VM_INSTRUCTION_ERROR));
	reason = vmreadz(VM_EXIT_REASON);
	vmxoff();
	restore_segments(cpu);
	fuzz_check(cpu, reason == EXIT_REASON_CPUID || is_init(cpu, reason), "exit reason %#lx", reason);
}

void fuzz_nested_run(struct fuzz_cpu *cpu, void (*guest)(void))
{
	WRITE_ONCE(cpu->in_nested, true);
	if (host_cpu_is_amd)
		run_svm(cpu, guest);
	else
		run_vmx(cpu, guest);
	WRITE_ONCE(cpu->in_nested, false);
}

void fuzz_nested_leave(void)
{
	for (;;)
		asm volatile("cpuid" : : "a" (0), "c" (0) : "rbx", "rdx", "memory");
}
