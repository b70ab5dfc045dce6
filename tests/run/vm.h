/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vm: a VM, the set of VMs of a scenario, and the agent in each guest.
 */
#ifndef PVRUN_VM_H
#define PVRUN_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common.h"

#define MAX_VMS			4

struct vm {
	int id;
	int vcpus;
	int possible;		/* CPUs that might be plugged in, if not 0 */
	bool lost;
	int moves;		/* from one QEMU to another */
	const char *incoming;	/* where this QEMU has the VM from, or NULL */
	pid_t pid;
	int fd;			/* the agent */
	char *input;
	size_t input_len;
	long log_pos;
	char console[64];
	char socket[64];
	char monitor[64];
	char messages[64];	/* what QEMU itself has to say */
};

/* How VMs are started; each may be NULL. */
struct vm_boot {
	const char *options;	/* of the guest's kernel */
	const char *cpu;	/* properties of the CPUs */
};

struct vm_set {
	struct vm vm[MAX_VMS];
	int count;
	int measured;		/* the first ones; the others burn CPU */
};

struct reply {
	int status;
	char *text;
};

/*
 * Lay out @vms measured VMs of @vcpus each, and @burns of one vCPU a CPU. Start
 * them; end them; remove their logs, which stay until then.
 */
int vms__init(struct vm_set *set, int vms, int vcpus, int burns);
int vms__start(struct vm_set *set, const struct vm_boot *boot);
void vms__stop(struct vm_set *set);
void vms__remove(struct vm_set *set);

/* A command that must succeed. */
int vm__do(struct vm *vm, const char *fmt, ...) __printf(2, 3);
/* A command with a status that the caller judges. The caller frees reply->text. */
int vm__ask(struct vm *vm, struct reply *reply, const char *fmt, ...) __printf(3, 4);
/* The two halves of it */
int vm__tell(struct vm *vm, const char *fmt, ...) __printf(2, 3);
int vm__reply(struct vm *vm, struct reply *reply, double seconds);

/* Shut the guest down in its own way, and wait for QEMU to end. */
int vm__poweroff(struct vm *vm);
/* The kernel of a VM that runs starts another one in its place. */
int vm__await_restart(struct vm *vm);
/*
 * Have another QEMU go on with the VM, on this host as it is now: while it runs, or
 * saved to a file and restored.
 */
int vm__migrate(struct vm *vm, const struct vm_boot *boot);
int vm__save_and_restore(struct vm *vm, const struct vm_boot *boot);
/* Suspend the VM to memory, wake it up, and see it come back. */
int vm__suspend(struct vm *vm);

#endif
