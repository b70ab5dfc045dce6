// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of a VM. Its first serial port is the console and goes to a
 * file, the second is a Unix socket to the agent in the guest.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "out.h"
#include "qemu.h"

#define MAX_ARGS	48

/* How the inner QEMU differs from lab to lab; why is in each line's comment. */
static const struct lab {
	const char *name;
	const char *machine;
	const char *cpu;
	const char *append;
} lab_table[] = {
	/*
	 * XSAVE sizes of an emulated CPU make the guest warn. On a busy machine
	 * an emulated CPU may stand still for long: a lockup is one only when
	 * it lasts.
	 */
	{ "tcg", "q35", "host,migratable=no,-xsave",
	  "reboot=t watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120" },
	{ "icount", "q35", "host,migratable=no,-xsave", "reboot=t" },
	/* A triple fault stops the emulator; the old chipset boots sooner. */
	{ "bochs", "pc", "host,migratable=no", "reboot=k" },
	{ "kvm", "q35", "host,migratable=no", "reboot=t" },
	{ "metal", "q35", "host,migratable=no", "reboot=t" },
};

static const char common_args[] =
	"-display none -nodefaults -no-user-config -no-reboot -L /usr/share/qemu";

static const struct lab *lab__find(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lab_table); i++)
		if (!strcmp(lab_table[i].name, opt.lab))
			return &lab_table[i];
	return NULL;
}

void lab__list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lab_table); i++)
		out__line("lab %s", lab_table[i].name);
}

/* QEMU puts it into memory, the kernel unpacks it, and a guest needs some to run in. */
static int memory__check(void)
{
	struct stat st;
	int needed;

	if (stat(opt.initrd, &st))
		return out__error("guest initramfs %s: %m; name one with --initrd", opt.initrd);
	needed = st.st_size / (1 << 20) * 2 + 100;
	if (opt.memory < needed)
		return out__error("VMs of %d MB do not hold their initramfs of %d MB: --memory=%d (make bench MEMORY=%d)",
				  opt.memory, (int)(st.st_size >> 20), needed, needed);
	return 0;
}

/* Without this check a typo looks like a lost VM. */
int lab__check(void)
{
	if (!lab__find())
		return out__error("no lab is called %s; see pvrun --list (make list)", opt.lab);
	if (opt.dry_run)
		return 0;
	if (access("/dev/kvm", R_OK | W_OK))
		return out__error("/dev/kvm: %m; load kvm-intel or kvm-amd, and become root");
	if (access(opt.guest, R_OK))
		return out__error("guest kernel %s: %m; name one with --guest", opt.guest);
	return memory__check();
}

struct args {
	char *v[MAX_ARGS];
	int n;
};

static void __printf(2, 3) args__add(struct args *args, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (args->n >= MAX_ARGS - 1 || vasprintf(&args->v[args->n++], fmt, ap) < 0)
		abort();
	va_end(ap);
}

static void args__add_words(struct args *args, const char *words)
{
	while (*words) {
		int len = strcspn(words, " ");

		args__add(args, "%.*s", len, words);
		words += len;
		words += strspn(words, " ");
	}
}

static void args__free(struct args *args)
{
	while (args->n)
		free(args->v[--args->n]);
}

/*
 * Warnings must reach the console, hence the log level; the rest of the boot
 * messages would cost an exit for each character.
 */
static void vm__args(const struct vm *vm, const struct vm_boot *boot, struct args *args)
{
	const char *options = boot ? boot->options : NULL;
	const char *cpu = boot ? boot->cpu : NULL;
	const struct lab *lab = lab__find();

	memset(args, 0, sizeof(*args));
	args__add(args, "%s", opt.qemu);
	args__add_words(args, "-accel kvm");
	args__add(args, "-M");
	args__add(args, "%s", lab->machine);
	args__add(args, "-cpu");
	args__add(args, "%s%s%s", lab->cpu, cpu ? "," : "", cpu ? cpu : "");
	args__add(args, "-smp");
	if (vm->possible)
		args__add(args, "%d,maxcpus=%d", vm->vcpus, vm->possible);
	else
		args__add(args, "%d", vm->vcpus);
	args__add(args, "-m");
	args__add(args, "%d", opt.memory);
	args__add(args, "-name");
	args__add(args, "vm%d,debug-threads=on", vm->id);
	args__add_words(args, common_args);
	args__add(args, "-serial");
	args__add(args, "file:%s", vm->console);
	args__add(args, "-chardev");
	args__add(args, "socket,id=agent,path=%s,server=on,wait=off", vm->socket);
	args__add_words(args, "-serial chardev:agent");
	args__add(args, "-monitor");
	args__add(args, "unix:%s,server=on,wait=off", vm->monitor);
	if (vm->incoming) {
		args__add(args, "-incoming");
		args__add(args, "%s", vm->incoming);
	}
	args__add(args, "-kernel");
	args__add(args, "%s", opt.guest);
	args__add(args, "-initrd");
	args__add(args, "%s", opt.initrd);
	args__add(args, "-append");
	args__add(args, "console=ttyS0 loglevel=5 panic=-1 %s pvsched.role=guest%s%s",
		  lab->append, options ? " " : "", options ? options : "");
}

void qemu__print(const struct vm_set *set, const struct vm_boot *boot)
{
	char line[2048];
	struct args args;
	int i, j;

	for (i = 0; i < set->count; i++) {
		size_t len = 0;

		vm__args(&set->vm[i], boot, &args);
		for (j = 0; j < args.n && len < sizeof(line); j++) {
			const char *quote = strchr(args.v[j], ' ') ? "'" : "";

			len += snprintf(line + len, sizeof(line) - len, "%s%s%s%s",
					j ? " " : "", quote, args.v[j], quote);
		}
		args__free(&args);
		out__line("%s", line);
	}
}

void qemu__exec(const struct vm *vm, const struct vm_boot *boot)
{
	struct args args;

	vm__args(vm, boot, &args);
	execvp(args.v[0], args.v);
	dprintf(STDERR_FILENO, "cannot run %s: %m\n", args.v[0]);
	_exit(127);
}
