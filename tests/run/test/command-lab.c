// SPDX-License-Identifier: GPL-2.0
/*
 * The command "pvsched" says of host and guest what is so: each of its statements
 * is compared with the switch or the counter itself, before and after that changes.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "../proc.h"
#include "../stats.h"
#include "fail.h"
#include "guest.h"
#include "load.h"
#include "test.h"

#define COMMAND		"/bin/pvsched"
#define TOP		"top --json -n 1 -d 0.5"
#define SECONDS		0.5
#define BOOST		HOST_DIR "pvsched_boost"
#define CAPACITY	HOST_DIR "pvsched_capacity"
#define NRIPS		"/sys/module/kvm_amd/parameters/nrips"

/* What the command said, its complaints included */
struct said {
	int status;
	char text[8192];
};

/* NULL: the host */
static struct vm *guest;
/* Another user than root sees no debugfs, and no open files of QEMU. */
static bool as_user;
#define USER		65534

static void said__add(void *arg, const char *line)
{
	struct said *said = arg;
	size_t len = strlen(said->text);

	snprintf(said->text + len, sizeof(said->text) - len, "%s", line);
}

static int guest__ask(struct said *said, const char *words)
{
	struct reply reply;

	if (vm__ask(guest, &reply, "run " COMMAND " %s", words))
		return -1;
	said->status = reply.status;
	said__add(said, reply.text);
	free(reply.text);
	return 0;
}

static void host__ask(struct said *said, const char *words)
{
	char command[128];

	snprintf(command, sizeof(command), COMMAND " %s", words);
	said->status = proc__run(command, opt.timeout, said__add, said);
}

static int user__ask(struct said *said, const char *words)
{
	struct said *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1;
	pid_t pid;

	if (shared == MAP_FAILED)
		return fail("no memory");
	pid = fork();
	if (!pid) {
		if (!setgroups(0, NULL) && !setgid(USER) && !setuid(USER))
			host__ask(shared, words);
		_exit(!getuid());
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	*said = *shared;
	munmap(shared, sizeof(*shared));
	return status ? fail("cannot become another user") : EXIT_PASS;
}

static int ask(struct said *said, const char *words)
{
	int ret = 0;

	*said = (struct said){ 0 };
	if (guest)
		ret = guest__ask(said, words);
	else if (as_user)
		ret = user__ask(said, words);
	else
		host__ask(said, words);
	out__note("%s%s, %s: exit status %d", guest ? "guest" : "host",
		  as_user ? ", not root" : "", words, said->status);
	out__text("# ", said->text);
	return ret;
}

/* Ask, and compare exit status and text; @absent must not be there. */
static int expect(const char *words, int status, const char *text, const char *absent)
{
	struct said said;

	if (ask(&said, words))
		return EXIT_FAIL;
	if (said.status != status)
		return fail("exit status %d, not %d", said.status, status);
	if (!strstr(said.text, text))
		return fail("it does not say \"%s\"", text);
	return absent && strstr(said.text, absent) ? fail("it says \"%s\"", absent) : EXIT_PASS;
}

/* Is the switch itself as it should be? */
static int expect_switch(const char *path, char value)
{
	char text[16] = "";

	if (guest) {
		struct reply reply;

		if (vm__ask(guest, &reply, "get %s", path))
			return EXIT_FAIL;
		snprintf(text, sizeof(text), "%.15s", reply.text);
		free(reply.text);
	} else {
		file__read(path, text, sizeof(text));
	}
	return text[0] == value ? EXIT_PASS : fail("%s holds %c, not %c", path, text[0], value);
}

static int set_switch(const char *path, const char *value)
{
	if (guest)
		return vm__do(guest, "set %s %s", path, value) ? EXIT_FAIL : EXIT_PASS;
	return file__write(path, value) ? fail("cannot write %s: %m", path) : EXIT_PASS;
}

/* All parts are on, but for those that this emulator's CPU cannot have. */
static int all_on(void)
{
	char nrips[8] = "1";

	if (!guest)
		file__read(NRIPS, nrips, sizeof(nrips));
	return nrips[0] == '0';
}

/* Off and on by the command, and off behind its back */
static int check_switch(const char *part, const char *path)
{
	const char *side = guest ? "guest" : "host";
	char is_off[64], off[32], on[32], went_off[64], went_on[64];

	snprintf(is_off, sizeof(is_off), "  %-11s off: switched off; pvsched on %s", part, part);
	snprintf(off, sizeof(off), "off %s", part);
	snprintf(on, sizeof(on), "on %s", part);
	snprintf(went_off, sizeof(went_off), "%s %s: on -> off", side, part);
	snprintf(went_on, sizeof(went_on), "%s %s: off -> on", side, part);
	return expect("status", all_on(), side, is_off) ||
	       expect(off, 0, went_off, went_on) || expect_switch(path, 'N') ||
	       expect("status", 1, is_off, NULL) ||
	       expect(off, 0, "nothing to change", "->") ||
	       expect(on, 0, went_on, went_off) || expect_switch(path, 'Y') ||
	       set_switch(path, "N") || expect("status", 1, is_off, NULL) ||
	       set_switch(path, "Y") || expect("status", all_on(), side, is_off) ?
	       EXIT_FAIL : EXIT_PASS;
}

/* A wrong name changes nothing, whatever else is named. */
static int check_refusal(const char *part, const char *path)
{
	char words[64];

	snprintf(words, sizeof(words), "off %s nothing", part);
	return expect(words, 2, "no part is called nothing", "->") || expect_switch(path, 'Y') ?
	       EXIT_FAIL : EXIT_PASS;
}

/* A number of the VM, which may not be the only one; -1 if it is unknown */
static double top__value(const struct said *said, const struct vm *vm, const char *name)
{
	char key[64], pid[64];
	const char *at;

	snprintf(pid, sizeof(pid), "\"pid\":%d,", vm->pid);
	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(said->text, pid);
	at = at ? strstr(at, key) : NULL;
	return at && at[strlen(key)] != 'n' ? strtod(at + strlen(key), NULL) : -1;
}

/* What the VM did in an interval */
struct seen {
	double run, wait;	/* seconds */
	double asked, stuck;	/* yields */
	double length;		/* of the interval */
};

static int seen__count(const struct vm *vm, struct seen *seen)
{
	if (stats__time(vm, &seen->run, &seen->wait))
		return EXIT_FAIL;
	seen->run /= 1e9;
	seen->wait /= 1e9;
	return stats__counter(vm->pid, "pvsched_yield_asked", &seen->asked) ? EXIT_FAIL : EXIT_PASS;
}

static int top__read(const struct vm *vm, struct seen *top)
{
	struct said said;
	const char *at;

	if (ask(&said, TOP))
		return EXIT_FAIL;
	at = strstr(said.text, "\"seconds\":");
	top->length = at ? strtod(strchr(at, ':') + 1, NULL) : 0;
	if (said.status || top->length < SECONDS || top__value(&said, vm, "pid") != vm->pid ||
	    top__value(&said, vm, "vcpus") != vm->vcpus)
		return fail("top does not show the VM of process %d", vm->pid);
	top->run = top__value(&said, vm, "run_seconds");
	top->wait = top__value(&said, vm, "wait_seconds");
	top->asked = top__value(&said, vm, "yields_asked");
	top->stuck = top__value(&said, vm, "yields_stuck");
	return EXIT_PASS;
}

/* It shows no more than there was from a moment before to a moment after. */
static int top__look(const struct vm *vm, struct seen *top)
{
	struct seen before, after;

	if (seen__count(vm, &before) || top__read(vm, top) || seen__count(vm, &after))
		return EXIT_FAIL;
	out__note("ran %.3f of at most %.3f s, waited %.3f of %.3f s, asked %.0f of %.0f yields",
		  top->run, after.run - before.run, top->wait, after.wait - before.wait,
		  top->asked, after.asked - before.asked);
	if (top->run < 0 || top->run > after.run - before.run + 0.001 ||
	    top->wait < 0 || top->wait > after.wait - before.wait + 0.001 ||
	    (as_user ? top->asked >= 0 || top->stuck >= 0 :
			 top->asked < 0 || top->stuck < 0 || top->asked > after.asked - before.asked))
		return fail("that was not what the VM did");
	return EXIT_PASS;
}

/*
 * The vCPUs are twice as many as the CPUs, and have all or next to nothing to do. How
 * long they waited means nothing then: a task that the base's load balancer moves before
 * its delayed dequeue counts as one that waits, until it wakes up.
 */
static int check_top(struct vm *vm)
{
	struct seen idle, busy, seen;
	int ret;

	if (top__look(vm, &idle) || load__start(vm))
		return EXIT_FAIL;
	ret = top__look(vm, &busy);
	as_user = true;
	ret = ret || top__look(vm, &seen) ||
	      expect("off boost", 1, "only root", "->") || expect_switch(BOOST, 'Y');
	as_user = false;
	if (vm__do(vm, "kill") || ret)
		return EXIT_FAIL;
	if (seen.run < busy.run / 3)
		return fail_figure("another user sees another VM than root");
	if (busy.asked + busy.stuck <= idle.asked + idle.stuck)
		return fail_figure("a VM that is busy makes no more yields");
	if (!times_mean_something())
		return EXIT_PASS;
	if (idle.run > 0.3 * opt.pcpus * idle.length || busy.run < 0.4 * opt.pcpus * busy.length)
		return fail_figure("top cannot tell a busy VM from an idle one");
	return busy.wait > 0.1 * busy.run ? EXIT_PASS :
	       fail_figure("top does not see that vCPUs wait for each other");
}

static int command_lab__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	int ret;

	if (access(COMMAND, X_OK))
		return fail("the host has no " COMMAND);
	guest = NULL;
	/* The one part that is off in these tests */
	if (file__write(CAPACITY, "Y"))
		return fail("cannot write " CAPACITY);
	ret = check_switch("boost", BOOST) || check_refusal("boost", BOOST) || check_top(vm);
	guest = vm;
	ret = ret || check_switch("ipi", GUEST_IPI) ||
	      check_switch("fold", GUEST_DIR "fold") || check_refusal("lock", GUEST_DIR "lock");
	guest = NULL;
	return ret ? EXIT_FAIL : EXIT_PASS;
}

const struct test test_command_lab = {
	.name = "command-lab",
	.vms = 1,
	.factor = 2,
	.seconds = 300,
	.needs = NEED_PVSCHED,
	.run = command_lab__run,
};
