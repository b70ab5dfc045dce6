// SPDX-License-Identifier: GPL-2.0
/*
 * VMs of a few instructions, made on /dev/kvm without QEMU, to see what one VM
 * can do to another: a polite one counts, a hostile one names all of its vCPUs
 * in one yield hypercall after the other. Each vCPU is a thread that is kept
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

#include "run.h"

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

#define HYPERCALL_NUMBER	2
#define HYPERCALL_INSN		8
#define VMMCALL			0xd9

static int tiny__load(int vm, unsigned char *memory, bool is_hostile)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = MEMORY,
		.userspace_addr = (unsigned long)memory,
	};
	__u32 number = KVM_HC_PVSCHED_YIELD;

	if (is_hostile) {
		memcpy(memory + CODE, hostile, sizeof(hostile));
		memcpy(memory + CODE + HYPERCALL_NUMBER, &number, sizeof(number));
		if (!strcmp(opt.vendor, "amd"))
			memory[CODE + HYPERCALL_INSN] = VMMCALL;
	} else {
		memcpy(memory + CODE, polite, sizeof(polite));
	}
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
static void *vcpu__main(void *arg)
{
	struct tiny_vcpu *vcpu = arg;
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(vcpu->cpu, &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	__atomic_store_n(&vcpu->tid, syscall(SYS_gettid), __ATOMIC_RELEASE);
	ioctl(vcpu->fd, KVM_RUN, 0);
	_exit(EXIT_FAIL);
}

static int vcpu__start(struct tiny_vcpu *vcpu, int kvm, int vm, int id)
{
	pthread_t thread;

	vcpu->cpu = id % opt.pcpus;
	vcpu->fd = ioctl(vm, KVM_CREATE_VCPU, id);
	if (vcpu->fd < 0 || vcpu__set_cpuid(kvm, vcpu->fd) ||
	    vcpu__set_registers(vcpu->fd, id))
		return -1;
	return pthread_create(&thread, NULL, vcpu__main, vcpu);
}

/* The process of a VM: as with QEMU, all of its threads share their memory. */
static void tiny__main(struct tiny *tiny, bool is_hostile)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vm = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (vm < 0 || ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000) ||
	    ioctl(vm, KVM_CREATE_IRQCHIP, 0) ||
	    tiny__load(vm, tiny->shared->memory, is_hostile))
		_exit(EXIT_FAIL);
	for (i = 0; i < tiny->vcpus; i++)
		if (vcpu__start(&tiny->shared->vcpu[i], kvm, vm, i))
			_exit(EXIT_FAIL);
	for (;;)
		pause();
}

static bool tiny__runs(const struct tiny *tiny)
{
	return waitpid(tiny->pid, NULL, WNOHANG) == 0;
}

int tiny__start(struct tiny *tiny, int vcpus, bool is_hostile)
{
	int i;

	tiny->vcpus = vcpus < MAX_TINY_VCPUS ? vcpus : MAX_TINY_VCPUS;
	tiny->shared = mmap(NULL, sizeof(*tiny->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tiny->shared == MAP_FAILED)
		return out__error("no memory for a tiny VM");
	tiny->pid = fork();
	if (!tiny->pid)
		tiny__main(tiny, is_hostile);
	for (i = 0; i < tiny->vcpus; i++)
		while (!__atomic_load_n(&tiny->shared->vcpu[i].tid, __ATOMIC_ACQUIRE)) {
			if (!tiny__runs(tiny))
				return out__error("a tiny VM does not start");
			usleep(1000);
		}
	return 0;
}

/* Let its vCPUs go where the scheduler sends them. */
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

/* Nonzero if it has ended already. */
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

/* What its vCPUs have counted, and the seconds of CPU time they took. */
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
