// SPDX-License-Identifier: GPL-2.0
/*
 * Complaints of a guest's kernel are noticed: one of each kind is made on purpose,
 * and looked for on the console as after every test. A kernel that is quiet is not
 * taken for one that complains.
 */
#include <stdlib.h>
#include <unistd.h>

#include "../clock.h"
#include "../console.h"
#include "../out.h"
#include "fail.h"
#include "provoke.h"
#include "test.h"

#define POLL_US		100000
/* For a complaint to get to the console */
#define SECONDS		30

/* The command may take its process with it, or the guest: its status means nothing. */
static int guest__do(struct vm *vm, const struct complaint *complaint)
{
	struct reply reply;

	if (complaint->fatal)
		return vm__tell(vm, "run %s", complaint->command);
	if (vm__ask(vm, &reply, "run %s", complaint->command))
		return -1;
	free(reply.text);
	return 0;
}

/* A console takes its time. */
static bool guest__complained(struct vm *vm, long from, const char *text)
{
	double end = clock__deadline(SECONDS);
	long pos;

	do {
		pos = from;
		if (console__complained(vm->console, text, &pos)) {
			vm->log_pos = pos;
			return true;
		}
		usleep(POLL_US);
	} while (now() < end);
	return false;
}

static int guest__provoke(struct vm *vm, const struct complaint *complaint)
{
	long from = vm->log_pos;
	int i;

	if (guest__do(vm, complaint))
		return fail("%s: the guest is lost", complaint->command);
	for (i = 0; i < MAX_TEXTS && complaint->texts[i]; i++) {
		if (!guest__complained(vm, from, complaint->texts[i]))
			return fail("%s: no \"%s\" on the console", complaint->command,
				    complaint->texts[i]);
		out__note("noticed: %s", complaint->texts[i]);
	}
	return EXIT_PASS;
}

static int guest__quiet(struct vm *vm)
{
	return vm__do(vm, "run %s", provoke_nothing) || vm__do(vm, "run sleep 1") ||
	       console__complained(vm->console, NULL, &vm->log_pos) ?
	       fail("a quiet kernel is said to complain") : EXIT_PASS;
}

static int guest__has_kcsan(struct vm *vm)
{
	struct reply reply;

	if (vm__ask(vm, &reply, "run %s", provoke_has_kcsan))
		return -1;
	free(reply.text);
	return !reply.status;
}

static int complaints__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	const struct complaint *complaint;
	int kcsan = guest__has_kcsan(vm);

	if (kcsan < 0 || guest__quiet(vm) || vm__do(vm, "run %s", provoke_setup))
		return EXIT_FAIL;
	for (complaint = complaints; complaint->command; complaint++)
		if ((complaint->kcsan == kcsan || complaint->fatal) && guest__provoke(vm, complaint))
			return EXIT_FAIL;
	provoke__tell_left_out();
	vms__stop(set);
	/* What follows the last one is no news, and may not have got to the console. */
	console__complained(vm->console, NULL, &vm->log_pos);
	return EXIT_PASS;
}

const struct test test_complaints = {
	.name = "complaints",
	.vms = 1,
	.factor = 1,
	.seconds = 600,
	.needs = EXTRA | NEED_BOOT | ENDS,
	.run = complaints__run,
};
