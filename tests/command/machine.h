/* SPDX-License-Identifier: GPL-2.0 */
/*
 * machine: a made-up machine, the command run on it, and what it said.
 */
#ifndef COMMAND_MACHINE_H
#define COMMAND_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define __printf(a, b)	__attribute__((format(printf, a, b)))

/* An empty machine, in a folder of its own; remove it. */
void machine__make(void);
void machine__remove(void);

/* Make a file with its folders, remove a file or a folder, set the mode of a file. */
void machine__write(const char *text, const char *fmt, ...) __printf(2, 3);
void machine__write_bytes(const char *bytes, size_t len, const char *fmt, ...) __printf(3, 4);
void machine__link(const char *to, const char *fmt, ...) __printf(2, 3);
void machine__delete(const char *fmt, ...) __printf(1, 2);
void machine__chmod(mode_t mode, const char *fmt, ...) __printf(2, 3);
bool machine__holds(const char *text, const char *path);

/* Kinds of machines: a host of Intel's kind, with our kernel or without; a VM. */
void machine__add_stock_host(void);
void machine__add_host(void);
void machine__add_guest(void);
/* What KVM offers to the VM: EAX and EDX of KVM_CPUID_FEATURES, the leaves from @leaf */
void machine__add_cpuid(uint32_t leaf, uint32_t features, uint32_t hints);

/*
 * A VM of QEMU whose vCPUs have run and waited so many ms each. vCPU @i is thread
 * @pid + 1 + @i. With debugfs or without it.
 */
void machine__add_vm(int pid, int fd, const char *name, int vcpus);
void machine__add_process(int pid, const char *name, int vcpus);
void machine__add_stat(const char *comm, int pid, int tid, int guest_time);
void machine__set_time(int pid, int vcpus, int run_ms, int wait_ms);
void machine__set_counter(int pid, int fd, const char *name, int value);

/* Called when the command sleeps for the @round-th time, from 1; NULL: no one */
extern void (*on_sleep)(int round);
/* Called before the command opens a file of the machine */
extern void (*on_open)(const char *path, int flags);
/* What a write of the command returns in place of writing: a negative errno, or 1 */
extern int write_result;

struct run {
	int status;		/* 128 and more: a signal */
	char out[65536];
	char err[4096];
};

/* Run "pvsched @words --root=...", split at blanks. */
void run__command(struct run *run, const char *words);
/* The same for another user than root */
void run__as_user(struct run *run, const char *words);
/* With standard output on a device that is full */
void run__full(struct run *run, const char *words);

/* Does a line of the output begin like this, but for blanks before it? */
bool run__has_line(const struct run *run, const char *line);
int run__lines(const struct run *run);

/* What jq says of the output, without the last line break; "?" if it is no JSON. */
const char *run__query(const struct run *run, const char *filter);

#endif
