/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvrun runs in the host under test: it starts the VMs, switches the parts of
 * pvsched, runs workloads in the guests and prints what it measured.
 *
 * run.c	command line and exit status
 * run-out.c	the result channel
 * run-vm.c	one VM and a set of VMs: QEMU, the agent's protocol, time limits
 * run-hold.c	a VM that is only there, before all CPUs are
 * run-monitor.c	what is asked of a VM through QEMU's monitor
 * run-log.c	kernel logs of host and guests, searched for warnings
 * run-parts.c	parts of pvsched, profiles, and switching them
 * run-tune.c	tunables that profiles set
 * run-stats.c	counters of KVM, of the scheduler and of the guest
 * run-trace.c	trace buffers, and records of steal time that come and go
 * run-where.c	where the CPU time of the VMs goes
 * run-window.c	one workload in all measured VMs at once, and its figures
 * run-bench.c	benchmarks, scenarios, interleaved windows
 * run-tiny.c	VMs of a few instructions, polite and hostile
 * run-fair.c	shares of CPU time beside a hostile VM
 * run-slice.c	how long the slices of vCPUs are
 * run-rough.c	a hostile VM on a host that changes under it
 * run-test.c	tests, with KTAP output
 * run-proc.c	a program in the host, and what it prints
 * run-selftests.c	programs that make VMs of their own
 * run-exits.c	benchmarks of single exits
 */
#ifndef PVRUN_H
#define PVRUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

/* Parameters of host and guest, and files of the guest's driver */
#define HOST_DIR		"/sys/module/kvm/parameters/"
#define GUEST_DIR		"/sys/module/pvsched/parameters/"
#define GUEST_FILES		"/sys/kernel/debug/pvsched/"

#define MAX_VMS			4
#define MAX_PROFILES		8
#define MAX_VALUES		64

/* Exit statuses, those of kselftest. */
#define EXIT_PASS		0
#define EXIT_FAIL		1
#define EXIT_SKIP		4

struct options {
	const char *lab;
	const char *vendor;
	const char *qemu;
	const char *guest;
	const char *initrd;
	const char *out;
	const char *profiles;
	int pcpus;
	int memory;		/* MiB for each VM */
	int windows;
	int boots;		/* that the windows are dealt among */
	int seconds;
	int timeout;
	int tries;		/* of a program of selftests */
	bool dry_run;
	bool where;		/* tell where CPU time goes */
	int share, shares;	/* of the scenarios, from 1 */
};

extern struct options opt;

/* run-out.c */
int out__open(const char *path);
void out__line(const char *fmt, ...) __printf(1, 2);
void out__note(const char *fmt, ...) __printf(1, 2);
int out__error(const char *fmt, ...) __printf(1, 2);
void out__text(const char *prefix, const char *text);
void out__drain(void);

/* run-vm.c */
struct vm {
	int id;
	int vcpus;
	int possible;		/* CPUs that might be plugged in, if not 0 */
	bool lost;
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

struct vm_set {
	struct vm vm[MAX_VMS];
	int count;
	int measured;		/* the first ones; the others burn CPU */
};

struct reply {
	int status;
	char *text;
};

struct profile;

double now(void);
int lab__check(void);
void lab__list(void);
int vms__init(struct vm_set *set, int vms, int vcpus, int burns);
void vms__print(const struct vm_set *set, const struct profile *boot);
int vms__start(struct vm_set *set, const struct profile *boot);
void vms__stop(struct vm_set *set);
void vms__remove(struct vm_set *set);
void vm__limit(double seconds);
double deadline__in(double seconds);
int vm__tell(struct vm *vm, const char *fmt, ...) __printf(2, 3);
int vm__reply(struct vm *vm, struct reply *reply, double seconds);
int vm__ask(struct vm *vm, struct reply *reply, const char *fmt, ...)
	__printf(3, 4);
int vm__do(struct vm *vm, const char *fmt, ...) __printf(2, 3);
int vm__poweroff(struct vm *vm);
int vm__await_restart(struct vm *vm);
int socket__connect(const char *path);

/* run-log.c */
int log__open(void);
int log__check(struct vm_set *set);
void log__tail(const struct vm *vm);

/* run-hold.c */
int hold__start(void);

/* run-monitor.c */
void vm__where(const struct vm *vm);
int vm__suspend(struct vm *vm);

/* run-trace.c */
int trace__begin(const char *instance);
int trace__end(const char *instance, void (*tell)(const char *line, void *arg), void *arg);
int records__watch(void);
int records__count(int *down, int *up);

/* run-parts.c */
#define MAX_TUNED	8

struct profile {
	const char *name;
	unsigned int parts;	/* bits of the table of parts */
	const char *boot;	/* guests need these boot options, or NULL */
	const char *cpu;	/* and these properties of their CPUs, or NULL */
	const char *tuned[MAX_TUNED];	/* NAME=VALUE */
	int tuned_count;
};

int profiles__parse(const char *list, struct profile *profiles);
void profiles__list(void);
bool parts__host_has(void);
int parts__guest_has(struct vm *vm);
int parts__offer(void);
int parts__switch(struct vm_set *set, const struct profile *profile);

/* run-tune.c */
int tune__add(struct profile *profile, const char *setting);
int tune__apply(struct vm_set *set, const struct profile *profile);

/* run-stats.c */
struct values {
	int count;
	struct value {
		char name[64];
		const char *unit;
		double value;
	} v[MAX_VALUES];
};

int values__add(struct values *vs, const char *name, const char *unit,
		double value);
const struct value *values__find(const struct values *vs, const char *name);
int stats__read(struct vm *vm, struct values *vs);
int stats__since(const struct values *before, struct values *after);
int stats__counter(pid_t pid, const char *name, double *value);

#define MAX_BUCKETS		320

struct hist {
	int count;
	struct {
		double from;
		double n;
	} b[MAX_BUCKETS];
};

int hist__read(struct hist *hist);
void hist__since(const struct hist *before, struct hist *after);
double hist__quantile(const struct hist *hist, double q);
int file__read(const char *path, char *buf, size_t size);
int file__write(const char *path, const char *text);

/* run-where.c */
int where__watch(const struct vm_set *set);
int where__note(const struct profile *profile);
void where__print(const char *scenario);

/* run-window.c */
enum total { TOTAL_SUM, TOTAL_MAX, TOTAL_MIN };

/* One line of a workload's output; '#' in @pattern stands for the number. */
struct output {
	const char *pattern;
	const char *metric;
	const char *unit;
	enum total total;
};

/* %v in @command stands for the number of vCPUs, %s for the seconds. */
struct bench {
	const char *name;
	const char *command;
	bool yields;		/* its figures are how the yields fared */
	struct output output[8];
};

struct window {
	struct values vm[MAX_VMS];
	struct values all;
};

int window__run(struct vm_set *set, const struct bench *bench,
		const struct profile *profile, struct window *w, bool show);
int burn__start(struct vm_set *set);

/* What ebizzy prints first */
#define RECORDS_PER_S	{ "# records/s", "records_per_s", "records/s", TOTAL_SUM }

/* run-bench.c */
extern const struct bench ebizzy;

void bench__list(void);
int bench__main(int argc, char **argv);
int workload__main(int argc, char **argv);

/* run-tiny.c */
#define MAX_TINY_VCPUS	64
#define TINY_MEMORY	0x10000

struct tiny {
	pid_t pid;
	int vcpus;
	struct tiny_shared {
		unsigned char memory[TINY_MEMORY];
		struct tiny_vcpu {
			int fd;
			int cpu;
			pid_t tid;
		} vcpu[MAX_TINY_VCPUS];
	} *shared;
};

int tiny__start(struct tiny *tiny, int vcpus, bool is_hostile);
int tiny__stop(struct tiny *tiny);
int tiny__roam(const struct tiny *tiny);
int tiny__read(const struct tiny *tiny, double *count, double *cpu);

/* run-fair.c */
int fair__test(void);

/* run-slice.c */
int slice__test(void);

/* run-rough.c */
int rough__test(void);

/* run-proc.c */
#define PROC_LATE	-1

int proc__run(const char *command, double seconds,
	      void (*line)(void *arg, const char *line), void *arg);

/* run-exits.c */
bool exits__has(const char *name);
int exits__main(const char *name);

/* run-test.c */
bool times_mean_something(void);
void test__list(void);
int test__main(int argc, char **argv);

/* run-selftests.c */
int selftests__main(void);

#endif /* PVRUN_H */
