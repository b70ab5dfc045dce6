// SPDX-License-Identifier: GPL-2.0
/*
 * Complaints of the host's kernel are noticed: one of each kind is made on purpose,
 * and looked for in its log. pvlab, which is told of each, looks for it on the
 * console: see tests/lab/follow.c. A kernel that is quiet is not taken for one that
 * complains.
 */
#include "../log.h"
#include "../out.h"
#include "../proc.h"
#include "fail.h"
#include "provoke.h"
#include "test.h"

#define SECONDS		120

static void output__drop(void *arg, const char *line)
{
	(void)arg;
	(void)line;
}

/* The command may take its process with it: its status means nothing. */
static int host__provoke(const struct complaint *complaint)
{
	const char *missing;
	int i;

	for (i = 0; i < MAX_TEXTS && complaint->texts[i]; i++)
		out__line("provoke %s", complaint->texts[i]);
	out__drain();
	if (proc__run(complaint->command, SECONDS, output__drop, NULL) == PROC_LATE)
		return EXIT_FAIL;
	missing = log__provoked(complaint->texts, i);
	if (missing)
		return fail("%s: no \"%s\" in the host's log", complaint->command, missing);
	for (i = 0; i < MAX_TEXTS && complaint->texts[i]; i++)
		out__note("noticed: %s", complaint->texts[i]);
	return EXIT_PASS;
}

static int host__quiet(void)
{
	return proc__run(provoke_nothing, SECONDS, output__drop, NULL) || log__check(NULL) ?
	       fail("a quiet kernel is said to complain") : EXIT_PASS;
}

static int complaints_host__run(struct vm_set *set)
{
	int kcsan = !proc__run(provoke_has_kcsan, SECONDS, output__drop, NULL);
	const struct complaint *complaint;

	(void)set;
	if (host__quiet() || proc__run(provoke_setup, SECONDS, output__drop, NULL))
		return EXIT_FAIL;
	for (complaint = complaints; complaint->command; complaint++) {
		if (complaint->fatal)
			out__note("not provoked: %s, which ends the machine", complaint->texts[0]);
		else if (complaint->kcsan == kcsan && host__provoke(complaint))
			return EXIT_FAIL;
	}
	provoke__tell_left_out();
	log__provoked(NULL, 0);
	return EXIT_PASS;
}

const struct test test_complaints_host = {
	.name = "complaints-host",
	.seconds = 600,
	.needs = EXTRA,
	.run = complaints_host__run,
};
