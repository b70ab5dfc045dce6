/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvsched_fuzz: userspace. A round makes a VM, runs each vCPU in a thread, and
 * lets one more thread disturb them (fuzz_disturb.c) until all have done their
 * operations.
 */
#ifndef PVSCHED_FUZZ_HOST_H
#define PVSCHED_FUZZ_HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "fuzz.h"
#include "kvm_util.h"

#define FUZZ_MAX_IDLE		8
#define FUZZ_RING_SIZE		4096

/* Guest memory that comes and goes, and where none ever is. */
#define FUZZ_AREA_SLOT		9
#define FUZZ_SCRATCH_SLOT	10
#define FUZZ_SCRATCH_PAGES	4
#define FUZZ_SCRATCH		0x10000000ull
#define FUZZ_ABSENT		0x20000000ull

/* What a vCPU's thread does before it enters the guest again. */
enum fuzz_request {
	FUZZ_PARK	= 1 << 0,
	FUZZ_REGISTERS	= 1 << 1,
	FUZZ_CPUID	= 1 << 2,
	FUZZ_SLEEP	= 1 << 3,
};

struct fuzz_thread {
	struct fuzz_round *round;
	struct kvm_vcpu *vcpu;
	struct fuzz_cpu *cpu;		/* the guest's, in its memory */
	pthread_t thread;
	_Atomic pid_t tid;
	_Atomic uint32_t requests;
	_Atomic bool parked, done;
	uint32_t ring_index;
};

struct fuzz_round {
	uint64_t seed, ops;
	enum fuzz_bust bust;
	int limit;			/* seconds without an operation */
	struct fuzz_config config;

	struct kvm_vm *vm;
	struct fuzz_thread thread[FUZZ_MAX_CPUS];
	struct kvm_vcpu *idle[FUZZ_MAX_IDLE];
	bool ring, nested;
	void *scratch;

	pthread_mutex_t ring_lock;
	uint32_t idle_ring_index[FUZZ_MAX_IDLE];
	pthread_t disturber;
	_Atomic bool stop;
	struct fuzz_rng rng;		/* the disturber's */
	uint64_t disturbed;
};

/* fuzz_host.c */
bool fuzz_host_is_tcg(void);
void fuzz_round__run(struct fuzz_round *round);
void fuzz_thread__kick(struct fuzz_thread *t);
void fuzz_round__park(struct fuzz_round *round);
void fuzz_round__resume(struct fuzz_round *round);
void fuzz_round__set_scratch(struct fuzz_round *round, bool present, uint32_t flags);

/* fuzz_disturb.c */
void fuzz_disturb__open(void);
void fuzz_disturb__restore(void);
void fuzz_disturb__hurry(void);
void fuzz_disturb__relieve(struct fuzz_round *round);
void fuzz_disturb__close(void);
void fuzz_disturb__print(void);
void *fuzz_disturb__thread(void *round);
void fuzz_round__harvest(struct fuzz_round *round);
void fuzz_vcpu__replay_registers(struct fuzz_thread *t);
void fuzz_vcpu__replay_cpuid(struct fuzz_thread *t);

/* fuzz_count.c */
void fuzz_count__add(struct fuzz_round *round);
void fuzz_count__print(void);
int fuzz_count__missing(void);

/* fuzz_log.c */
void fuzz_log__open(void);
int fuzz_log__check(void);

#endif /* PVSCHED_FUZZ_HOST_H */
