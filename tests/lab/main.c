// SPDX-License-Identifier: GPL-2.0
/*
 * pvlab: boot a host machine with the kernel under test, start pvrun in it,
 * and bring home what pvrun prints. Runs on the user's machine; what it
 * starts has ended when it exits.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <fcntl.h>
#include <unistd.h>

#include "lab.h"

#define DISK_NEEDED	(512UL << 20)

static const struct machine * const machines[] = {
	&machine_tcg, &machine_icount, &machine_bochs, &machine_kvm, &machine_metal, NULL,
};

#define DEFAULT_PCPUS	4
#define DEFAULT_CLOCK	50	/* MHz */

static const char help[] =
"Usage: pvlab [OPTIONS] --host=DIR --guest=BZIMAGE --out=DIR -- PVRUN ARGUMENTS\n"
"Boot a host machine, run pvrun in it, bring its results home.\n"
"\n"
"  --lab=NAME         tcg    QEMU's emulator: AMD SVM, real time\n"
"                     icount the same on one CPU, virtual time, repeatable\n"
"                     bochs  Intel VMX, virtual time, repeatable\n"
"                     kvm    QEMU with /dev/kvm and nesting\n"
"                     metal  this machine: the running kernel is the host\n"
"                     auto   metal or kvm if there, or tcg; auto:bochs: or bochs\n"
"  --host=DIR         kernel build of the host, or a bzImage (not for bochs);\n"
"                     metal needs none\n"
"  --guest=BZIMAGE    kernel of the guests\n"
"  --out=DIR          where files, logs and results.jsonl go\n"
"  --pcpus=N          CPUs of the host machine (4; metal: all it has)\n"
"  --mem=MB           memory of the host machine (by lab)\n"
"  --clock=MHZ        rate of its clock in bochs, which counts instructions (50)\n"
"  --limit=SECONDS    for the whole run (1200)\n"
"  --silence=SECONDS  without a byte from the machine: it is lost (400)\n"
"                     In virtual time either counts the emulator's CPU time\n"
"  --slower=N         kernels are so many times as slow as usual: a boot may take\n"
"                     longer, and so may what pvrun does (1)\n"
"  --add=FILE[:PATH]  bring a file, a program with its libraries, or a folder\n"
"                     into the host; PATH is /bin/NAME unless given.\n"
"                     Modules go to /modules/NN-NAME.ko, and are loaded in order\n"
"  --guest-add=...    the same for the guests\n"
"  --guest-image=CPIO a whole system for the guests, to which only what it lacks is\n"
"                     added; it has no /init\n"
"  --append=WORDS     more for the host's command line\n"
"  --which            print the name of the lab that would run, and end\n"
"  --dry-run          prepare everything, print the commands, start nothing\n"
"  --help\n"
"\n"
"Exit status: 0 pass, 1 fail, 2 not set up, 3 machine lost, 4 skipped.\n";

enum option_code {
	OPT_LAB = 256, OPT_HOST, OPT_GUEST, OPT_OUT, OPT_PCPUS, OPT_MEM,
	OPT_LIMIT, OPT_SILENCE, OPT_ADD, OPT_GUEST_ADD, OPT_APPEND,
	OPT_CLOCK, OPT_SLOWER, OPT_GUEST_IMAGE, OPT_WHICH, OPT_DRY_RUN, OPT_HELP,
};

static const struct option options[] = {
	{ "lab",	required_argument, NULL, OPT_LAB },
	{ "host",	required_argument, NULL, OPT_HOST },
	{ "guest",	required_argument, NULL, OPT_GUEST },
	{ "out",	required_argument, NULL, OPT_OUT },
	{ "pcpus",	required_argument, NULL, OPT_PCPUS },
	{ "mem",	required_argument, NULL, OPT_MEM },
	{ "limit",	required_argument, NULL, OPT_LIMIT },
	{ "silence",	required_argument, NULL, OPT_SILENCE },
	{ "add",	required_argument, NULL, OPT_ADD },
	{ "guest-add",	required_argument, NULL, OPT_GUEST_ADD },
	{ "guest-image", required_argument, NULL, OPT_GUEST_IMAGE },
	{ "append",	required_argument, NULL, OPT_APPEND },
	{ "clock",	required_argument, NULL, OPT_CLOCK },
	{ "slower",	required_argument, NULL, OPT_SLOWER },
	{ "which",	no_argument,	   NULL, OPT_WHICH },
	{ "dry-run",	no_argument,	   NULL, OPT_DRY_RUN },
	{ "help",	no_argument,	   NULL, OPT_HELP },
	{ NULL,		0,		   NULL, 0 },
};

static int number__parse(const char *option, const char *text, int max)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (*end || end == text || number < 1 || number > max)
		die("--%s=%s: give a number from 1 to %d", option, text, max);
	return number;
}

/* FILE[:PATH]; a colon that no absolute path follows belongs to FILE. */
static void bring__parse(struct bring_list *list, const char *text)
{
	char *from = str__format("%s", text);
	char *colon = strrchr(from, ':');
	struct bring *items;
	char *path;

	if (colon && colon[1] == '/') {
		*colon = '\0';
		path = colon + 1;
	} else {
		path = str__format("/bin/%s", basename(from));
	}
	if (!path__exists(from))
		die("cannot bring %s into the machine: %s", from,
		    strerror(errno));
	items = reallocarray(list->items, list->nr + 1, sizeof(*items));
	if (!items)
		die("out of memory");
	items[list->nr++] = (struct bring){ .from = from, .path = path };
	list->items = items;
}

/* The best that the machine has, and what the better ones lack. */
static void lab__choose(struct lab *lab, const struct machine *fallback)
{
	const char *nested = machine_kvm.missing(lab);
	const char *metal = machine_metal.missing(lab);

	if (!metal && path__exists("/sys/module/kvm/parameters/pvsched_yield")) {
		lab->machine = &machine_metal;
		lab->why = "the running kernel has pvsched";
	} else if (!nested) {
		lab->machine = &machine_kvm;
		lab->why = "/dev/kvm is here, and KVM nests";
	} else {
		lab->machine = fallback;
		lab->why = nested;
	}
}

static const struct machine *machine__find(const char *name)
{
	for (int i = 0; machines[i]; i++)
		if (!strcmp(machines[i]->name, name))
			return machines[i];
	die("--lab=%s: there are tcg, icount, bochs, kvm, metal and auto", name);
}

static void lab__parse(struct lab *lab, const char *name)
{
	lab->machine = NULL;
	if (!strcmp(name, "auto")) {
		lab__choose(lab, &machine_tcg);
	} else if (!strncmp(name, "auto:", 5)) {
		lab__choose(lab, machine__find(name + 5));
	} else {
		lab->machine = machine__find(name);
		lab->why = "asked for";
	}
}

static void option__take(struct lab *lab, int code, const char *arg)
{
	switch (code) {
	case OPT_LAB:
		lab__parse(lab, arg);
		break;
	case OPT_HOST:
		lab->host = arg;
		break;
	case OPT_GUEST:
		lab->guest = arg;
		break;
	case OPT_OUT:
		lab->out = arg;
		break;
	case OPT_PCPUS:
		lab->pcpus = number__parse("pcpus", arg, 64);
		break;
	case OPT_MEM:
		lab->mem = number__parse("mem", arg, 1 << 20);
		break;
	case OPT_LIMIT:
		lab->limit = number__parse("limit", arg, 1 << 20);
		break;
	case OPT_SILENCE:
		lab->silence = number__parse("silence", arg, 1 << 20);
		break;
	case OPT_CLOCK:
		lab->clock = number__parse("clock", arg, 4000);
		break;
	case OPT_SLOWER:
		lab->slower = number__parse("slower", arg, 1000);
		break;
	case OPT_ADD:
		bring__parse(&lab->host_add, arg);
		break;
	case OPT_GUEST_ADD:
		bring__parse(&lab->guest_add, arg);
		break;
	case OPT_GUEST_IMAGE:
		lab->guest_image = arg;
		break;
	case OPT_APPEND:
		lab->append = arg;
		break;
	case OPT_WHICH:
		lab->which = true;
		break;
	case OPT_DRY_RUN:
		lab->dry_run = true;
		break;
	case OPT_HELP:
		fputs(help, stdout);
		exit(EXIT_PASS);
	default:
		die("unknown option or missing value: see pvlab --help");
	}
}

static void options__parse(struct lab *lab, int argc, char **argv)
{
	int code;

	opterr = 0;
	while ((code = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (code == '?')
			die("%s: unknown option or missing value; see pvlab --help",
			    argv[optind - 1]);
		option__take(lab, code, optarg);
	}
	if (!lab->machine)
		lab__parse(lab, "auto");
	if (lab->which) {
		puts(lab->machine->name);
		exit(EXIT_PASS);
	}
	if (!lab->guest || !lab->out || (lab->machine->packs_host && !lab->host))
		die("--host, --guest and --out are needed: see pvlab --help");
	if (!lab->mem)
		lab->mem = lab->machine->mem;
	if (!lab->clock)
		lab->clock = DEFAULT_CLOCK;
	if (!lab->pcpus && lab->machine->packs_host)
		lab->pcpus = DEFAULT_PCPUS;
	lab->pvrun_args = argv + optind;
}

static char *program__folder(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len < 0)
		die("cannot find pvlab's own folder: %s", strerror(errno));
	path[len] = '\0';
	*strrchr(path, '/') = '\0';
	return str__format("%s", path);
}

static void folder__make(const char *path)
{
	char *parent = str__format("%s", path);

	for (char *slash = strchr(parent + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(parent, 0755);
		*slash = '/';
	}
	free(parent);
	if (mkdir(path, 0755) && errno != EEXIST)
		die("cannot make %s: %s", path, strerror(errno));
}

/* One run at a time writes there, and there is room for its files. */
static void out__open(struct lab *lab)
{
	struct statvfs fs;
	char *path;
	int fd;

	folder__make(lab->out);
	path = realpath(lab->out, NULL);
	fd = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (fd < 0 || statvfs(path, &fs))
		die("cannot use %s: %s", lab->out, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB))
		die("another pvlab uses %s: wait, or choose another --out",
		    path);
	if (fs.f_bavail * fs.f_frsize < DISK_NEEDED)
		die("%s has %lu MB free and %lu MB are needed: make room, or choose another --out",
		    path, fs.f_bavail * fs.f_frsize >> 20, DISK_NEEDED >> 20);
	lab->out = path;
}

static void lab__check(struct lab *lab)
{
	const char *missing = lab->machine->missing(lab);

	if (missing)
		die("lab %s: %s", lab->machine->name, missing);
	if (lab->machine->packs_host && !path__exists(host__bzimage(lab)))
		die("no host kernel in %s: run make kernels", lab->host);
	if (access(lab->guest, R_OK))
		die("no guest kernel at %s: run make kernels", lab->guest);
}

/* Where pvrun finds what it needs comes before what the user says. */
static void args__complete(struct lab *lab)
{
	char **args = lab->pvrun_args;
	bool inside = lab->machine->packs_host;
	char **all, **end;
	int nr = 0;

	while (args[nr])
		nr++;
	all = calloc(nr + 7, sizeof(*all));
	if (!all)
		die("out of memory");
	end = all;
	*end++ = str__format("--lab=%s", lab->machine->name);
	*end++ = str__format("--guest=%s", inside ? GUEST_KERNEL : lab->guest);
	*end++ = str__format("--initrd=%s",
			     inside ? GUEST_INITRD : lab__file(lab, "guest.cpio"));
	if (lab->pcpus)
		*end++ = str__format("--pcpus=%d", lab->pcpus);
	if (lab->slower > 1)
		*end++ = str__format("--slower=%d", lab->slower);
	if (lab->dry_run)
		*end++ = "--dry-run";
	memcpy(end, args, nr * sizeof(*all));
	lab->pvrun_args = all;
}

/* pvrun itself prints how it would start its VMs. */
static int lab__print(const struct lab *lab, const struct command *cmd)
{
	struct command pvrun = { 0 };

	if (lab->machine->packs_host) {
		printf("# the host machine, %s:\n", lab->machine->name);
		command__print(cmd);
		printf("# in it:\n");
		fflush(stdout);
	}
	metal__pvrun(lab, &pvrun);
	execv(pvrun.argv[0], (char **)pvrun.argv);
	die("%s: %s", pvrun.argv[0], strerror(errno));
}

/*
 * Whether pvrun would take its arguments: a wrong name is told at once, not
 * when the machine is up.
 */
static void args__check(const struct lab *lab)
{
	struct command cmd = { 0 };
	char *text, *line;
	int status;

	command__add(&cmd, str__format("%s/pvrun", lab->bin));
	command__add(&cmd, "--dry-run");
	for (char **arg = lab->pvrun_args; *arg; arg++)
		command__add(&cmd, *arg);
	text = command__output(cmd.argv, &status);
	if (!status)
		return;
	while ((line = strsep(&text, "\n")))
		if (!strncmp(line, "# pvrun: ", 9))
			fprintf(stderr, "pvlab: %s\n", line + 9);
	exit(EXIT_SETUP);
}

int main(int argc, char **argv)
{
	struct lab lab = {
		.bin = program__folder(),
		.append = "",
		.limit = 1200,
		.silence = 400,
		.slower = 1,
	};
	struct command cmd = { 0 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	options__parse(&lab, argc, argv);
	lab__check(&lab);
	out__open(&lab);
	args__complete(&lab);
	args__check(&lab);
	printf("# lab: %s (%s)\n", lab.machine->name, lab.why);
	guest__pack(&lab);
	if (lab.machine->packs_host)
		host__pack(&lab);
	lab.machine->prepare(&lab, &cmd);
	if (lab.dry_run)
		return lab__print(&lab, &cmd);
	return lab__run(&lab, &cmd);
}
