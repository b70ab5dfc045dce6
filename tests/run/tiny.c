// SPDX-License-Identifier: GPL-2.0
/*
 * VMs of a few instructions, made on /dev/kvm without QEMU, to see what one VM
 * can do to another: a polite one counts, a hostile one names all of its vCPUs
 * in one yield hypercall after the other. One that naps leaves the guest to look at
 * its CPU time, and sleeps in between. Each vCPU is a thread that is kept
 * to one CPU, so that a VM's share of CPU time is that of its weight, until its
 * VM is let roam.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <pvsched.h>

#include "common.h"
#include "options.h"
#include "out.h"
#include "tiny.h"

#define MEMORY		TINY_MEMORY
#define CODE		0x1000
#define COUNTERS	0x2000	/* one for each vCPU, on a cache line of its own */
#define MAX_CPUID	256

/* Real mode: count at [DI]. */
static const unsigned char polite[] = {
	0x66, 0xff, 0x05,		/* incl (%di) */
	0xeb, 0xfb,			/* jmp back */
};

/* The same, with a yield to EBX and ECX before each count. */
static const unsigned char hostile[] = {
	0x66, 0xb8, 0, 0, 0, 0,		/* mov $number, %eax */
	0x0f, 0x01, 0xc1,		/* vmcall */
	0x66, 0xff, 0x05,		/* incl (%di) */
	0xeb, 0xf2,			/* jmp back */
};

/* Real mode: count ECX down and leave. */
static const unsigned char napping[] = {
	0x66, 0xb9, 0, 0, 0, 0,		/* mov $loops, %ecx */
	0x66, 0x49,			/* dec %ecx */
	0x75, 0xfc,			/* jnz back */
	0xe6, 0x80,			/* out %al, $0x80 */
	0xeb, 0xf2,			/* jmp back */
};

#define NAPPING_LOOPS	2
#define LOOPS		1000	/* a small part of a millisecond, on any CPU */
#define HYPERCALL_NUMBER	2
#define HYPERCALL_INSN		8
#define VMMCALL			0xd9

static void tiny__load_hostile(unsigned char *code)
{
	__u32 number = KVM_HC_PVSCHED_YIELD;

	memcpy(code, hostile, sizeof(hostile));
	memcpy(code + HYPERCALL_NUMBER, &number, sizeof(number));
	if (!strcmp(opt.vendor, "amd"))
		code[HYPERCALL_INSN] = VMMCALL;
}

static void tiny__load_napping(unsigned char *code)
{
	__u32 loops = LOOPS;

	memcpy(code, napping, sizeof(napping));
	memcpy(code + NAPPING_LOOPS, &loops, sizeof(loops));
}

static int tiny__load(int vm, struct tiny *tiny)
{
	unsigned char *memory = tiny->shared->memory;
	struct kvm_userspace_memory_region region = {
		.memory_size = MEMORY,
		.userspace_addr = (unsigned long)memory,
	};

	if (tiny->kind == TINY_HOSTILE)
		tiny__load_hostile(memory + CODE);
	else if (tiny->kind == TINY_NAPPING)
		tiny__load_napping(memory + CODE);
	else
		memcpy(memory + CODE, polite, sizeof(polite));
	return ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static int vcpu__set_cpuid(int kvm, int fd)
{
	size_t size = sizeof(struct kvm_cpuid2) + MAX_CPUID * sizeof(struct kvm_cpuid_entry2);
	struct kvm_cpuid2 *cpuid = calloc(1, size);
	int ret;

	cpuid->nent = MAX_CPUID;
	ret = ioctl(kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
	if (!ret)
		ret = ioctl(fd, KVM_SET_CPUID2, cpuid);
	free(cpuid);
	return ret;
}

static int vcpu__set_registers(int fd, int id)
{
	struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };
	struct kvm_regs regs = {
		.rip = CODE,
		.rflags = 0x202,
		.rbx = -1U,
		.rcx = -1U,
		.rsi = PVSCHED_YIELD_CALL_FUNC,
		.rdi = COUNTERS + 64 * id,
	};
	struct kvm_sregs sregs;

	if (ioctl(fd, KVM_GET_SREGS, &sregs))
		return -1;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (ioctl(fd, KVM_SET_SREGS, &sregs) || ioctl(fd, KVM_SET_REGS, &regs))
		return -1;
	return ioctl(fd, KVM_SET_MP_STATE, &runnable);
}

/* It runs until its process is killed; whatever else ends it is a failure. */
static void vcpu__run(void *arg)
{
	struct tiny_vcpu *vcpu = arg;

	if (ioctl(vcpu->fd, KVM_RUN, 0) || vcpu->run->exit_reason != KVM_EXIT_IO)
		_exit(EXIT_FAIL);
}

static void thread__keep(struct tiny_vcpu *vcpu)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(vcpu->cpu, &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	__atomic_store_n(&vcpu->tid, syscall(SYS_gettid), __ATOMIC_RELEASE);
}

static void *vcpu__main(void *arg)
{
	struct tiny_vcpu *vcpu = arg;

	thread__keep(vcpu);
	if (vcpu->naps)
		naps__run(vcpu->naps, vcpu__run, vcpu);
	vcpu__run(vcpu);
	_exit(EXIT_FAIL);
}

static int vcpu__create(struct tiny_vcpu *vcpu, int kvm, int vm, int id)
{
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	vcpu->fd = ioctl(vm, KVM_CREATE_VCPU, id);
	if (size < 0 || vcpu->fd < 0)
		return -1;
	vcpu->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	return vcpu->run == MAP_FAILED ? -1 : 0;
}

static int vcpu__prepare(struct tiny_vcpu *vcpu, int kvm, int vm, int id)
{
	return vcpu__create(vcpu, kvm, vm, id) || vcpu__set_cpuid(kvm, vcpu->fd) ||
	       vcpu__set_registers(vcpu->fd, id) ? -1 : 0;
}

static int vcpu__start(struct tiny_vcpu *vcpu)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, vcpu__main, vcpu);
}

static void spin(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < LOOPS; i++)
		__asm__ volatile("");
}

/*
 * The process of a VM: as with QEMU, all of its threads share their memory. No vCPU runs
 * before all are there: in an ioctl of a vCPU this thread is one of its VM, and gets no CPU
 * while others yield to each other.
 */
static void tiny__main(struct tiny *tiny)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vm = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
	int i;

	if (vm < 0 || ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000) ||
	    ioctl(vm, KVM_CREATE_IRQCHIP, 0) || tiny__load(vm, tiny))
		_exit(EXIT_FAIL);
	for (i = 0; i < tiny->vcpus; i++)
		if (vcpu__prepare(&tiny->shared->vcpu[i], kvm, vm, i))
			_exit(EXIT_FAIL);
	for (i = 0; i < tiny->vcpus; i++)
		if (vcpu__start(&tiny->shared->vcpu[i]))
			_exit(EXIT_FAIL);
	for (;;)
		pause();
}

static void tiny__child(struct tiny *tiny)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (tiny->kind != TINY_PROCESS)
		tiny__main(tiny);
	thread__keep(tiny->shared->vcpu);
	naps__run(&tiny->shared->naps, spin, NULL);
	_exit(EXIT_FAIL);
}

static bool tiny__runs(const struct tiny *tiny)
{
	return waitpid(tiny->pid, NULL, WNOHANG) == 0;
}

static void tiny__plan(struct tiny *tiny)
{
	struct tiny_vcpu *vcpu = tiny->shared->vcpu;
	int i;

	for (i = 0; i < tiny->vcpus; i++) {
		vcpu[i].cpu = i % opt.pcpus;
		vcpu[i].naps = tiny->kind == TINY_NAPPING ? &tiny->shared->naps : NULL;
	}
}

int tiny__start(struct tiny *tiny, int vcpus, enum tiny_kind kind)
{
	int i;

	tiny->kind = kind;
	tiny->vcpus = vcpus < MAX_TINY_VCPUS ? vcpus : MAX_TINY_VCPUS;
	tiny->shared = mmap(NULL, sizeof(*tiny->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tiny->shared == MAP_FAILED)
		return out__error("no memory for a tiny VM");
	tiny__plan(tiny);
	tiny->pid = fork();
	if (!tiny->pid)
		tiny__child(tiny);
	for (i = 0; i < tiny->vcpus; i++)
		while (!__atomic_load_n(&tiny->shared->vcpu[i].tid, __ATOMIC_ACQUIRE)) {
			if (!tiny__runs(tiny))
				return out__error("a tiny VM does not start");
			usleep(1000);
		}
	return 0;
}

static int thread__move(pid_t tid, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	return sched_setaffinity(tid, sizeof(cpus), &cpus) ?
	       out__error("cannot move a vCPU of a tiny VM to CPU %d: %m", cpu) : 0;
}

int tiny__gather(const struct tiny *tiny, int vcpus)
{
	int i;

	for (i = 0; i < tiny->vcpus; i++)
		if (thread__move(tiny->shared->vcpu[i].tid, i < vcpus ? 0 : opt.pcpus - 1))
			return -1;
	return 0;
}

int tiny__roam(const struct tiny *tiny)
{
	cpu_set_t all;
	int i;

	memset(&all, 0xff, sizeof(all));
	for (i = 0; i < tiny->vcpus; i++)
		if (sched_setaffinity(tiny->shared->vcpu[i].tid, sizeof(all), &all))
			return out__error("cannot let a tiny VM roam: %m");
	return 0;
}

int tiny__stop(struct tiny *tiny)
{
	bool ran = tiny__runs(tiny);

	if (ran) {
		kill(tiny->pid, SIGKILL);
		waitpid(tiny->pid, NULL, 0);
	}
	munmap(tiny->shared, sizeof(*tiny->shared));
	return ran ? 0 : out__error("a tiny VM ended early");
}

int tiny__read(const struct tiny *tiny, double *count, double *cpu)
{
	struct timespec ts;
	clockid_t clock;
	int i;

	*count = 0;
	for (i = 0; i < tiny->vcpus; i++)
		*count += *(volatile __u32 *)(tiny->shared->memory + COUNTERS + 64 * i);
	if (clock_getcpuclockid(tiny->pid, &clock) || clock_gettime(clock, &ts))
		return out__error("cannot read the CPU time of a tiny VM");
	*cpu = ts.tv_sec + ts.tv_nsec / 1e9;
	return 0;
}
