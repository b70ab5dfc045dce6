/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvlab: boot a host machine, run pvrun in it, bring its results home.
 *
 * main.c	options, the order of things
 * pack.c	what goes into the two machines' initramfs
 * elf.c	ELF files: needed libraries, the flat image of a vmlinux
 * qemu.c	labs tcg, icount and kvm
 * bochs.c	lab bochs
 * metal.c	lab metal: this machine is the host
 * process.c	processes: start one, end it and all of its children
 * follow.c	the result channel, the console, and what ends a run
 * util.c	strings, files, errors
 */
#ifndef PVSCHED_LAB_H
#define PVSCHED_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cpio.h"

#define __noreturn	__attribute__((noreturn))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Exit statuses of pvlab; 0, 1 and 4 come from pvrun. */
enum {
	EXIT_PASS	= 0,
	EXIT_FAIL	= 1,
	EXIT_SETUP	= 2,
	EXIT_LOST	= 3,
	EXIT_SKIP	= 4,
	EXIT_INTERRUPT	= 130,
};

/* Where pvrun finds the guests' files in a host machine. */
#define GUEST_KERNEL	"/guest.bzImage"
#define GUEST_INITRD	"/guest.cpio"

/* A file that the user wants in a machine. */
struct bring {
	char *from;
	char *path;
};

struct bring_list {
	struct bring *items;
	size_t nr;
};

/* A program to start, and what a user would type to do the same. */
struct command {
	const char *argv[48];
	int argc;
	const char *dir;	/* to start in */
	const char *preload;	/* LD_PRELOAD */
	bool terminal;		/* needs one */
};

struct lab {
	const struct machine *machine;
	const char *why;	/* this machine was chosen */
	const char *host;	/* kernel build or bzImage */
	const char *guest;	/* bzImage */
	const char *guest_image; /* cpio archive of a system for the guests, or NULL */
	const char *out;	/* folder of this run's files, absolute */
	const char *bin;	/* folder of pvlab, init and pvrun */
	const char *append;
	int pcpus;
	int clock;		/* MHz, where it counts instructions */
	int mem;		/* MB */
	int limit;		/* seconds of the lab's clock, whole run */
	int silence;		/* the same, without a byte from the machine */
	int slower;		/* times as long as usual a boot may take, and a test */
	bool which;
	bool dry_run;
	struct bring_list host_add;
	struct bring_list guest_add;
	char **pvrun_args;
};

/* A way to get a host machine. */
struct machine {
	const char *name;
	int mem;		/* default, MB */
	int boot_limit;		/* seconds until init must have spoken, 0: none */
	bool packs_host;	/* boots a host initramfs */
	bool is_virtual;	/* its time does not pass while its process waits */

	/* NULL, or one line: what is missing and what to do about it. */
	const char *(*missing)(const struct lab *lab);
	/* Make the files, fill in the command. */
	void (*prepare)(const struct lab *lab, struct command *cmd);
};

extern const struct machine machine_tcg, machine_icount, machine_kvm,
			    machine_bochs, machine_metal;

/* util.c */
void die(const char *fmt, ...) __noreturn __printf(1, 2);
char *str__format(const char *fmt, ...) __printf(1, 2);
char *str__quote(const char *word);
char *path__in_path(const char *program);
bool path__exists(const char *path);
char *file__text(const char *path);
void file__write(const char *path, const void *bytes, size_t size);
void file__copy(const char *from, const char *to);
size_t file__size(const char *path);
char *lab__file(const struct lab *lab, const char *name);

/* pack.c */
void guest__pack(const struct lab *lab);
void host__pack(const struct lab *lab);

/* elf.c */
char **elf__libraries(const char *path);
bool elf__is_static(const char *path);

struct image {
	unsigned char *bytes;
	size_t size;		/* in the file */
	size_t memory;		/* with what the kernel clears itself */
	unsigned long address;	/* physical */
	unsigned long entry;	/* physical */
};

void elf__flatten(const char *path, struct image *image);

/* qemu.c */
char *host__bzimage(const struct lab *lab);
char *host__cmdline(const struct lab *lab, const char *more);
const char *kvm__missing(void);

/* process.c */
struct process {
	pid_t pid;
	int terminal;		/* master side, or -1 */
	int log;		/* what it says itself */
	bool gone;
	int status;
};

void command__add(struct command *cmd, const char *arg);
void command__print(const struct command *cmd);
char *command__output(const char * const argv[], int *status);
void process__start(struct process *proc, const struct command *cmd,
		    const char *out, const char *err);
bool process__poll(struct process *proc, int timeout_ms);
double process__cpu(const struct process *proc);
void process__end(struct process *proc);

/* metal.c */
void metal__pvrun(const struct lab *lab, struct command *cmd);

/* follow.c */
int lab__run(const struct lab *lab, const struct command *cmd);

#endif
