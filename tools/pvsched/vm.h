/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vm: the VMs that run here, what their vCPUs got, and what KVM counted.
 */
#ifndef PVSCHED_VM_H
#define PVSCHED_VM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum vm_counter {
	YIELDS_ASKED,		/* yield hypercalls of pvsched */
	YIELDS_GRANTED,		/* vCPUs that were given a CPU by them */
	YIELDS_REFUSED,		/* vCPUs that were named by them and were not */
	YIELDS_STUCK,		/* granted for any reason; the target was next */
	YIELDS_IGNORED,		/* another vCPU was */
	YIELDS_BOUNCED,		/* the caller was back first */
	BASE_ASKED,		/* yields of the base */
	BASE_GRANTED,
	VM_SUMS,
	CAPACITY = VM_SUMS,	/* what it can have now, in 1/1024 CPU; 0: unknown */
	VM_COUNTERS,
};

/* The numbers up to VM_SUMS are sums, since the VM started. */
struct vm {
	pid_t pid;		/* the task that made it */
	int fd;			/* its number there; -1 if unknown */
	uint64_t started;	/* clock ticks from the machine's boot to that of @pid */
	char name[64];		/* ASCII */
	int vcpus;
	bool timed;		/* what vCPUs ran and waited is known */
	uint64_t run_ns;
	uint64_t wait_ns;	/* wanted to run and had no CPU */
	bool counted;		/* KVM's counters may be read */
	bool pvsched;		/* and those of pvsched are among them */
	uint64_t counter[VM_COUNTERS];
};

struct vms {
	uint64_t at;		/* sys__now() */
	bool hidden;		/* some processes could not be asked whether they have VMs */
	struct vm *vm;
	int count;
};

void vms__read(struct vms *vms);
void vms__free(struct vms *vms);

/* Of the time that vCPUs wanted to run, percent that they had no CPU; -1: unknown */
double wait__percent(uint64_t run_ns, uint64_t wait_ns);

#endif
