// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: the VM of a round, the threads that run its vCPUs, and the watch
 * that none of them is stranded.
 */
#include <asm/pvsched.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kvm_para.h>
#include <asm/kvm_para.h>

#include "apic.h"
#include "fuzz_host.h"
#include "kselftest.h"
#include "processor.h"
#include "pvsched_test.h"
#include "svm_util.h"
#include "test_util.h"
#include "vmx.h"

#define KICK			SIGUSR1

static __thread struct kvm_run *this_run;

/* The signal may come before KVM_RUN, which then returns at once. */
static void on_kick(int signal)
{
	if (this_run)
		this_run->immediate_exit = 1;
}

/*
 * The VM
 */
static struct kvm_x86_cpu_feature pv_feature(int bit)
{
	return (struct kvm_x86_cpu_feature){
		.function = KVM_CPUID_FEATURES, .reg = KVM_CPUID_EAX, .bit = bit,
	};
}

static const int optional_features[] = {
	KVM_FEATURE_STEAL_TIME, KVM_FEATURE_PV_EOI, KVM_FEATURE_PV_UNHALT,
	KVM_FEATURE_PV_SEND_IPI, KVM_FEATURE_PV_SCHED_YIELD,
	PVSCHED_FEATURE_YIELD, PVSCHED_FEATURE_OFF_CPU, PVSCHED_FEATURE_CAPACITY,
};

/* Each vCPU may lack a feature. */
static void vcpu__set_cpuid(struct fuzz_round *round, struct kvm_vcpu *vcpu, struct fuzz_rng *rng)
{
	struct kvm_cpuid_entry2 *leaf = vcpu_get_cpuid_entry(vcpu, 1);
	int i;

	/* What the way in after INIT tells vCPUs apart by. */
	leaf->ebx = (leaf->ebx & 0x00ffffff) | vcpu->id << 24;
	vcpu_set_cpuid(vcpu);
	vcpu_set_cpuid_feature(vcpu, X86_FEATURE_TSC_DEADLINE_TIMER);
	for (i = 0; i < ARRAY_SIZE(optional_features); i++) {
		if (fuzz_one_in(rng, 8))
			vcpu_clear_cpuid_feature(vcpu, pv_feature(optional_features[i]));
	}
	if (round->config.enforce)
		vcpu_enable_cap(vcpu, KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1);
}

static uint64_t code_segment(bool is_long, bool is_32, int dpl)
{
	return 0x008f9a000000ffffull | (uint64_t)is_long << 53 | (uint64_t)is_32 << 54 |
	       (uint64_t)dpl << 45;
}

/* The library's table, and more segments; the TSS is the vCPU's own. */
static void cpu__set_gdt(struct fuzz_cpu *cpu, struct kvm_vm *vm)
{
	uint64_t *gdt = cpu->gdt, tss = (uint64_t)&fuzz_cpus[cpu->index].tss;

	memcpy(gdt, addr_gva2hva(vm, vm->arch.gdt), FUZZ_CS32);
	gdt[FUZZ_TSS / 8] = 0x0000890000000067ull | (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
	gdt[FUZZ_TSS / 8 + 1] = tss >> 32;
	gdt[FUZZ_CS32 / 8] = code_segment(false, true, 0);
	gdt[FUZZ_CS16 / 8] = code_segment(false, false, 0);
	gdt[FUZZ_USER_DS / 8] = 0x00cff2000000ffffull;
	gdt[FUZZ_USER_CS64 / 8] = code_segment(true, false, 3);
	gdt[FUZZ_USER_CS32 / 8] = code_segment(false, true, 3);
	cpu->gdtr.limit = sizeof(cpu->gdt) - 1;
	cpu->gdtr.base = (uint64_t)fuzz_cpus[cpu->index].gdt;
	cpu->idtr.limit = 0xfff;
	cpu->idtr.base = vm->arch.idt;
	cpu->real_idtr.limit = 0x3ff;
}

static uint64_t stack__create(struct kvm_vm *vm, int pages)
{
	return vm_alloc(vm, pages * PAGE_SIZE, DEFAULT_GUEST_STACK_VADDR_MIN) +
	       pages * PAGE_SIZE;
}

static void cpu__set_nested(struct fuzz_round *round, struct fuzz_cpu *cpu)
{
	gva_t gva;

	/* The library's SVM helper has one set of globals. */
	if (!round->nested || (host_cpu_is_amd && cpu->index))
		return;
	if (host_cpu_is_amd)
		vcpu_alloc_svm(round->vm, &gva);
	else
		vcpu_alloc_vmx(round->vm, &gva);
	cpu->nested = gva;
	cpu->nested_stack = stack__create(round->vm, 4) - 8;
}

static void thread__create(struct fuzz_round *round, int index, struct fuzz_rng *rng)
{
	struct fuzz_thread *t = &round->thread[index];
	struct kvm_regs regs;

	t->round = round;
	t->vcpu = vm_vcpu_add(round->vm, fuzz_id[index], fuzz_start);
	t->cpu = addr_gva2hva(round->vm, (gva_t)&fuzz_cpus[index]);
	vcpu__set_cpuid(round, t->vcpu, rng);
	vcpu_regs_get(t->vcpu, &regs);
	t->cpu->index = index;
	t->cpu->id = fuzz_id[index];
	t->cpu->self = &fuzz_cpus[index];
	t->cpu->stack = regs.rsp - 8;
	t->cpu->tss.rsp0 = stack__create(round->vm, 4);
	cpu__set_gdt(t->cpu, round->vm);
	cpu__set_nested(round, t->cpu);
	vcpu_args_set(t->vcpu, 1, &fuzz_cpus[index]);
	if (round->ring)
		vcpu_map_dirty_ring(t->vcpu);
}

/* Code that needs no paging, and the tables of real mode. */
static void vm__set_low(struct fuzz_round *round)
{
	char *low = addr_gpa2hva(round->vm, FUZZ_LOW);
	uint16_t *vectors = addr_gpa2hva(round->vm, 0);
	struct kvm_sregs sregs;
	uint32_t value;
	int i;

	virt_pg_map(round->vm, FUZZ_LOW, FUZZ_LOW);
	memcpy(low, fuzz_low, fuzz_low_end - fuzz_low);
	for (i = 0; i < 256; i++)
		vectors[2 * i] = FUZZ_LOW + (fuzz_low_iret - fuzz_low);

	vcpu_sregs_get(round->thread[0].vcpu, &sregs);
	memcpy(low + (fuzz_low_gdtr - fuzz_low), &round->thread[0].cpu->gdtr, 6);
	value = sregs.cr3;
	memcpy(low + (fuzz_low_cr3 - fuzz_low), &value, sizeof(value));
	value = sregs.cr4;
	memcpy(low + (fuzz_low_cr4 - fuzz_low), &value, sizeof(value));
	for (i = 0; i < round->config.nr_cpus; i++) {
		value = (uint64_t)&fuzz_cpus[i];
		memcpy(low + (fuzz_low_table - fuzz_low) + 4 * fuzz_id[i], &value, sizeof(value));
	}
}

static void vm__set_handlers(struct kvm_vm *vm)
{
	struct idt_entry *gate = (struct idt_entry *)addr_gva2hva(vm, vm->arch.idt) + FUZZ_GATE;
	uint64_t address = (uint64_t)fuzz_user_done;
	int vector;

	for (vector = FUZZ_GATE + 1; vector < 256; vector++)
		vm_install_exception_handler(vm, vector, fuzz_handler);
	vm_install_exception_handler(vm, NMI_VECTOR, fuzz_nmi_handler);
	vm_install_exception_handler(vm, GP_VECTOR, fuzz_fault_handler);
	vm_install_exception_handler(vm, UD_VECTOR, fuzz_fault_handler);
	vm_install_exception_handler(vm, PF_VECTOR, fuzz_fault_handler);
	gate->offset0 = address;
	gate->offset1 = address >> 16;
	gate->offset2 = address >> 32;
	gate->dpl = 3;
	page__allow_user(vm, (uint64_t)fuzz_user_page);
}

/* The slot is the round's own, for the library's regions cannot go and come back. */
void fuzz_round__set_scratch(struct fuzz_round *round, bool present, uint32_t flags)
{
	struct kvm_userspace_memory_region region = {
		.slot = FUZZ_SCRATCH_SLOT, .flags = flags, .guest_phys_addr = FUZZ_SCRATCH,
		.memory_size = present ? FUZZ_SCRATCH_PAGES * PAGE_SIZE : 0,
		.userspace_addr = (uint64_t)round->scratch,
	};

	vm_ioctl(round->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

/* QEMU's emulator has faults that others have not. */
bool fuzz_host_is_tcg(void)
{
	uint32_t eax, ebx, ecx, edx;

	__cpuid(0x40000000, 0, &eax, &ebx, &ecx, &edx);

	return ebx == 0x54474354;
}

static void round__draw(struct fuzz_round *round, struct fuzz_rng *rng)
{
	struct fuzz_config *config = &round->config;

	*config = (struct fuzz_config){
		.seed = round->seed, .bust = round->bust,
		.nr_cpus = fuzz_one_in(rng, 4) ? 2 + fuzz_below(rng, 2) : FUZZ_MAX_CPUS,
		.enforce = fuzz_one_in(rng, 2), .switches = fuzz_one_in(rng, 2),
		.real_mode = host_cpu_is_amd || get_kvm_intel_param_bool("unrestricted_guest"),
		.tcg = fuzz_host_is_tcg(), .scratch = FUZZ_SCRATCH, .absent = FUZZ_ABSENT,
	};
	config->ops = round->ops / config->nr_cpus;
	round->ring = fuzz_one_in(rng, 2) && (kvm_has_cap(KVM_CAP_DIRTY_LOG_RING_ACQ_REL) ||
					      kvm_has_cap(KVM_CAP_DIRTY_LOG_RING));
	round->nested = host_cpu_is_amd ? kvm_cpu_has(X86_FEATURE_SVM) : kvm_cpu_has(X86_FEATURE_VMX);
}

static void round__set_caps(struct fuzz_round *round, struct fuzz_rng *rng)
{
	uint64_t reasons = KVM_MSR_EXIT_REASON_FILTER;

	if (fuzz_one_in(rng, 2))
		reasons |= KVM_MSR_EXIT_REASON_INVAL | KVM_MSR_EXIT_REASON_UNKNOWN;
	vm_enable_cap(round->vm, KVM_CAP_X86_USER_SPACE_MSR, reasons);
	/* Without it an ID beyond 255 is cut off. */
	vm_enable_cap(round->vm, KVM_CAP_X2APIC_API, KVM_X2APIC_API_USE_32BIT_IDS);
	if (round->ring)
		vm_enable_dirty_ring(round->vm, FUZZ_RING_SIZE);
}

static void vm__add_area(struct kvm_vm *vm)
{
	int pages = FUZZ_MAX_CPUS * sizeof(struct fuzz_cpu) / PAGE_SIZE;

	vm_userspace_mem_region_add(vm, VM_MEM_SRC_ANONYMOUS, FUZZ_AREA, FUZZ_AREA_SLOT, pages, 0);
	virt_map(vm, FUZZ_AREA, FUZZ_AREA, pages);
}

static void round__create(struct fuzz_round *round)
{
	struct fuzz_config *config = &round->config;
	struct fuzz_rng rng;
	int i;

	fuzz_seed(&rng, round->seed, ~0ull, 0);
	round__draw(round, &rng);
	round->vm = vm_create(FUZZ_MAX_CPUS + FUZZ_MAX_IDLE);
	round__set_caps(round, &rng);
	vm__add_area(round->vm);
	for (i = 0; i < fuzz_nr_idle; i++) {
		round->idle[i] = vm_vcpu_add(round->vm, fuzz_idle_id[i], fuzz_start);
		if (round->ring)
			vcpu_map_dirty_ring(round->idle[i]);
	}
	for (i = 0; i < config->nr_cpus; i++)
		thread__create(round, i, &rng);
	vm__set_low(round);
	vm__set_handlers(round->vm);
	virt_pg_map(round->vm, APIC_DEFAULT_GPA, APIC_DEFAULT_GPA);
	round->scratch = mmap(NULL, FUZZ_SCRATCH_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	TEST_ASSERT(round->scratch != MAP_FAILED, "no memory for the guest's scratch pages");
	fuzz_round__set_scratch(round, true, 0);
	fuzz_config = *config;
	sync_global_to_guest(round->vm, fuzz_config);
}

/*
 * Threads
 */
static bool vcpu__access_msr(struct kvm_vcpu *vcpu, bool write)
{
	struct {
		struct kvm_msrs header;
		struct kvm_msr_entry entry;
	} msr = {
		.header.nmsrs = 1,
		.entry = { .index = vcpu->run->msr.index, .data = vcpu->run->msr.data },
	};
	int done = write ? __vcpu_ioctl(vcpu, KVM_SET_MSRS, &msr.header) :
			   __vcpu_ioctl(vcpu, KVM_GET_MSRS, &msr.header);

	vcpu->run->msr.data = msr.entry.data;

	return done == 1;
}

/* KVM lets userspace access an MSR that the guest has not. */
static bool vcpu__has_msr(struct fuzz_thread *t, uint32_t msr)
{
	int feature = msr == MSR_KVM_STEAL_TIME ? KVM_FEATURE_STEAL_TIME :
		      msr == MSR_KVM_PV_EOI_EN ? KVM_FEATURE_PV_EOI : -1;

	return feature < 0 || !t->round->config.enforce || vcpu_cpuid_has(t->vcpu, pv_feature(feature));
}

/* A filter is no business of the guest's: do what it asked for in its place. */
static void thread__emulate_msr(struct fuzz_thread *t, bool write)
{
	struct kvm_run *run = t->vcpu->run;
	bool filtered = run->msr.reason == KVM_MSR_EXIT_REASON_FILTER;

	run->msr.error = !(filtered && vcpu__has_msr(t, run->msr.index) &&
			   vcpu__access_msr(t->vcpu, write));
	vcpu_run_complete_io(t->vcpu);
}

static void fail(struct fuzz_thread *t, const char *what)
{
	struct kvm_regs regs;

	fuzz_disturb__hurry();
	vcpu_regs_get(t->vcpu, &regs);
	TEST_FAIL("seed %#lx: %s: vCPU %u, operation %lu, %s, mode %d, RAX %#lx, restarts %lu, exit %u (%s), RIP %#llx",
		  t->round->seed, what, t->cpu->index, t->cpu->op, fuzz_kind_name(t->cpu->kind),
		  t->cpu->mode, t->cpu->in.rax, t->cpu->restarts,
		  t->vcpu->run->exit_reason, exit_reason_str(t->vcpu->run->exit_reason), regs.rip);
}

/* The vectors of the IRR or ISR. */
static void lapic__print(const struct kvm_lapic_state *lapic, const char *name, int reg)
{
	int i;

	printf("# %s:", name);
	for (i = 0; i < 256; i++) {
		if (*(uint32_t *)(lapic->regs + reg + i / 32 * 0x10) & BIT(i % 32))
			printf(" %#x", i);
	}
	printf("\n");
}

static void thread__print_apic(struct fuzz_thread *t)
{
	struct kvm_lapic_state lapic;
	struct kvm_vcpu_events events;

	vcpu_ioctl(t->vcpu, KVM_GET_LAPIC, &lapic);
	vcpu_events_get(t->vcpu, &events);
	lapic__print(&lapic, "IRR", APIC_IRR);
	lapic__print(&lapic, "ISR", 0x100);
	printf("# TPR %#x, PPR %#x, SPIV %#x, interrupt %u of vector %#x, shadow %u, exception %u, PV EOI on %u flag %u MSR %#lx\n",
	       *(uint32_t *)(lapic.regs + APIC_TASKPRI), *(uint32_t *)(lapic.regs + APIC_PROCPRI),
	       *(uint32_t *)(lapic.regs + APIC_SPIV), events.interrupt.injected, events.interrupt.nr,
	       events.interrupt.shadow, events.exception.injected, t->cpu->eoi_on, t->cpu->eoi, t->cpu->eoi_msr);
}

static void thread__handle_io(struct fuzz_thread *t)
{
	struct ucall uc;

	if (t->vcpu->run->io.port == FUZZ_PORT) {
		vcpu_run_complete_io(t->vcpu);
		fuzz_vcpu__replay_registers(t);
		return;
	}

	switch (get_ucall(t->vcpu, &uc)) {
	case UCALL_DONE:
		t->done = true;
		break;
	case UCALL_ABORT:
		fuzz_disturb__hurry();
		printf("# seed %#lx failed\n", t->round->seed);
		thread__print_apic(t);
		REPORT_GUEST_ASSERT(uc);
		break;
	default:
		fail(t, "unexpected ucall");
	}
}

static void thread__handle_exit(struct fuzz_thread *t)
{
	switch (t->vcpu->run->exit_reason) {
	case KVM_EXIT_IO:
		return thread__handle_io(t);
	case KVM_EXIT_X86_WRMSR:
		return thread__emulate_msr(t, true);
	case KVM_EXIT_X86_RDMSR:
		return thread__emulate_msr(t, false);
	case KVM_EXIT_DIRTY_RING_FULL:
		return fuzz_round__harvest(t->round);
	default:
		fail(t, "unexpected exit");
	}
}

static void thread__take_turn(struct fuzz_thread *t)
{
	uint32_t requests = t->requests;

	if (requests & FUZZ_PARK) {
		t->parked = true;
		while (t->requests & FUZZ_PARK)
			usleep(100);
		t->parked = false;
	}
	if (requests & FUZZ_REGISTERS)
		fuzz_vcpu__replay_registers(t);
	if (requests & FUZZ_CPUID)
		fuzz_vcpu__replay_cpuid(t);
	if (requests & FUZZ_SLEEP)
		usleep(t->cpu->op % 1000);
	atomic_fetch_and(&t->requests, ~(requests & ~FUZZ_PARK));
}

static void *thread__run(void *arg)
{
	struct fuzz_thread *t = arg;
	int ret;

	this_run = t->vcpu->run;
	t->tid = syscall(SYS_gettid);
	while (!t->done) {
		thread__take_turn(t);
		ret = __vcpu_run(t->vcpu);
		t->vcpu->run->immediate_exit = 0;
		if (!ret)
			thread__handle_exit(t);
		else if (errno != EINTR && errno != EAGAIN)
			fail(t, strerror(errno));
	}
	t->parked = true;
	this_run = NULL;

	return NULL;
}

void fuzz_thread__kick(struct fuzz_thread *t)
{
	if (t->tid && !t->done)
		syscall(SYS_tgkill, getpid(), t->tid, KICK);
}

/* Stop all vCPUs outside KVM_RUN, so that their state is one of a moment. */
void fuzz_round__park(struct fuzz_round *round)
{
	int i;

	for (i = 0; i < round->config.nr_cpus; i++) {
		atomic_fetch_or(&round->thread[i].requests, FUZZ_PARK);
		fuzz_thread__kick(&round->thread[i]);
	}
	for (i = 0; i < round->config.nr_cpus; i++) {
		while (!round->thread[i].parked)
			usleep(100);
	}
}

void fuzz_round__resume(struct fuzz_round *round)
{
	int i;

	for (i = 0; i < round->config.nr_cpus; i++)
		atomic_fetch_and(&round->thread[i].requests, ~FUZZ_PARK);
}

/*
 * The watch
 */
static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static bool round__is_done(struct fuzz_round *round)
{
	int i;

	for (i = 0; i < round->config.nr_cpus; i++) {
		if (!round->thread[i].done)
			return false;
	}

	return true;
}

static void file__print(int index, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		printf("# vCPU %d: %s: %s", index, path, line);
	if (file)
		fclose(file);
}

/* Where the host's kernel has a thread, and what share of which CPUs. */
static void thread__print_host(struct fuzz_thread *t)
{
	static const char * const files[] = { "stat", "cgroup", "stack", "sched" };
	char path[64];
	int i;

	for (i = 0; i < ARRAY_SIZE(files) && !t->done; i++) {
		snprintf(path, sizeof(path), "/proc/self/task/%d/%s", t->tid, files[i]);
		file__print(t->cpu->index, path);
	}
}

/* A thread that is stuck in the kernel never parks, and is not asked. */
static void thread__print(struct fuzz_thread *t)
{
	struct fuzz_cpu *cpu = t->cpu;
	struct kvm_vcpu_events events;
	struct kvm_mp_state state;
	struct kvm_regs regs;

	printf("# vCPU %u: operation %lu, %s, restarts %lu, APIC mode %d, generation %lu, timer came %lu times, %lu before%s%s\n",
	       cpu->index, cpu->op, fuzz_kind_name(cpu->kind), cpu->restarts, cpu->apic, cpu->generation,
	       cpu->got[FUZZ_TIMER_VECTOR], cpu->timer_before, cpu->in_nested ? ", nested" : "",
	       t->done ? ", done" : t->parked ? "" : ", in the kernel");
	if (!t->parked || t->done)
		return;
	vcpu_regs_get(t->vcpu, &regs);
	vcpu_mp_state_get(t->vcpu, &state);
	vcpu_events_get(t->vcpu, &events);
	printf("# vCPU %u: RIP %#llx, RFLAGS %#llx, state %u, INIT latched %u, NMI %u/%u, TSC %#lx, deadline %#lx\n",
	       cpu->index, regs.rip, regs.rflags, state.mp_state, events.smi.latched_init,
	       events.nmi.pending, events.nmi.masked, vcpu_get_msr(t->vcpu, MSR_IA32_TSC),
	       vcpu_get_msr(t->vcpu, MSR_IA32_TSC_DEADLINE));
}

static void round__give_up(struct fuzz_round *round, int stuck)
{
	double end = now() + 5;
	int i;

	fuzz_disturb__hurry();
	for (i = 0; i < round->config.nr_cpus; i++)
		thread__print_host(&round->thread[i]);
	for (i = 0; i < round->config.nr_cpus; i++) {
		atomic_fetch_or(&round->thread[i].requests, FUZZ_PARK);
		fuzz_thread__kick(&round->thread[i]);
		while (!round->thread[i].parked && now() < end)
			usleep(1000);
	}
	for (i = 0; i < round->config.nr_cpus; i++)
		thread__print(&round->thread[i]);
	TEST_FAIL("seed %#lx: vCPU %d is stranded: no operation in %d s", round->seed, stuck,
		  round->limit);
}

struct progress {
	uint64_t op;
	double since;
	int relieved;		/* how often since then */
};

/*
 * Progress is counted in operations; seconds are only what ends the wait for one.
 * After each hundredth of them, take away what userspace holds against the threads: a
 * grace period may wait for a thread that has next to no share of its CPU, and the
 * disturber, which would give it more, for that grace period.
 */
static void thread__watch(struct fuzz_thread *t, struct progress *last)
{
	double idle = now() - last->since;

	if (t->done || READ_ONCE(t->cpu->op) != last->op || !last->since) {
		*last = (struct progress){ .op = READ_ONCE(t->cpu->op), .since = now() };
	} else if (idle > t->round->limit) {
		round__give_up(t->round, t->cpu->index);
	} else if (idle > (last->relieved + 1) * t->round->limit / 100.) {
		last->relieved++;
		fuzz_disturb__relieve(t->round);
	}
}

static void round__watch(struct fuzz_round *round)
{
	struct progress last[FUZZ_MAX_CPUS] = { };
	int i;

	while (!round__is_done(round)) {
		usleep(10000);
		for (i = 0; i < round->config.nr_cpus; i++)
			thread__watch(&round->thread[i], &last[i]);
	}
}

static void round__start(struct fuzz_round *round)
{
	struct sigaction action = { .sa_handler = on_kick };
	int i;

	sigaction(KICK, &action, NULL);
	pthread_mutex_init(&round->ring_lock, NULL);
	fuzz_seed(&round->rng, round->seed, ~0ull, 1);
	for (i = 0; i < round->config.nr_cpus; i++)
		TEST_ASSERT(!pthread_create(&round->thread[i].thread, NULL, thread__run,
					    &round->thread[i]), "cannot start a thread");
	TEST_ASSERT(!pthread_create(&round->disturber, NULL, fuzz_disturb__thread, round),
		    "cannot start a thread");
}

static void round__stop(struct fuzz_round *round)
{
	int i;

	round->stop = true;
	pthread_join(round->disturber, NULL);
	fuzz_disturb__restore();
	for (i = 0; i < round->config.nr_cpus; i++)
		pthread_join(round->thread[i].thread, NULL);
}

void fuzz_round__run(struct fuzz_round *round)
{
	round__create(round);
	printf("# seed %#lx: %d vCPUs, %lu operations each, %s%s%s%s\n", round->seed,
	       round->config.nr_cpus, round->config.ops, round->ring ? "dirty ring" : "dirty bitmaps",
	       round->config.enforce ? ", CPUID enforced" : "",
	       round->config.switches ? ", switches move" : "", round->nested ? ", nested" : "");
	round__start(round);
	round__watch(round);
	round__stop(round);
}
