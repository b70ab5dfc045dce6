/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tiny: VMs of a few instructions: polite, hostile, and one that mostly sleeps.
 */
#ifndef PVRUN_TINY_H
#define PVRUN_TINY_H

#include <stdbool.h>
#include <sys/types.h>

#include "naps.h"

#define MAX_TINY_VCPUS	64
#define TINY_MEMORY	0x10000

/*
 * POLITE:	counts
 * HOSTILE:	yields to all its vCPUs before each count
 * NAPPING:	works and sleeps in turn, see naps.h
 * PROCESS:	the same without a VM, in a thread in the place of its vCPU
 */
enum tiny_kind { TINY_POLITE, TINY_HOSTILE, TINY_NAPPING, TINY_PROCESS };

struct tiny {
	pid_t pid;
	enum tiny_kind kind;
	int vcpus;
	struct tiny_shared {
		unsigned char memory[TINY_MEMORY];
		struct tiny_vcpu {
			int fd;
			int cpu;
			pid_t tid;
			struct kvm_run *run;
			struct naps *naps;	/* or NULL */
		} vcpu[MAX_TINY_VCPUS];
		struct naps naps;
	} *shared;
};

int tiny__start(struct tiny *tiny, int vcpus, enum tiny_kind kind);
/* Nonzero if it has ended already. */
int tiny__stop(struct tiny *tiny);

/* Let its vCPUs go where the scheduler sends them. */
int tiny__roam(const struct tiny *tiny);
/* Keep its first @vcpus to CPU 0, and all others to the last CPU. */
int tiny__gather(const struct tiny *tiny, int vcpus);

/* What its vCPUs have counted, and the seconds of CPU time they took. */
int tiny__read(const struct tiny *tiny, double *count, double *cpu);

#endif
