// SPDX-License-Identifier: GPL-2.0
/*
 * Programs on the kernel's own KVM selftest library, which make their own VMs:
 * each file of /selftests in the order of their names, its KTAP nested into
 * ours. Their exit status is kselftest's. The kernel log is read after each. An
 * emulator in real time fails some by chance: --tries runs those again.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "common.h"
#include "log.h"
#include "options.h"
#include "out.h"
#include "proc.h"
#include "selftests.h"

#define FOLDER		"/selftests"

/* Of every program, with a blank before each. */
static char arguments[512];

static int is_program(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Results go on as they are, whatever else it says as a remark. */
static void line__pass(void *arg, const char *line)
{
	int len = strcspn(line, "\r\n");

	(void)arg;
	if (!strncmp(line, "ok ", 3) || !strncmp(line, "not ok ", 7) ||
	    !strncmp(line, "1..", 3))
		out__line("    %.*s", len, line);
	else
		out__note("%.*s", len, line);
}

static int program__try(const char *name)
{
	char command[1024];
	int try, ret;

	snprintf(command, sizeof(command), FOLDER "/%s%s", name, arguments);
	for (try = 1; ; try++) {
		ret = proc__run(command, opt.limit, line__pass, NULL);
		if (ret == EXIT_PASS || ret == EXIT_SKIP || try == opt.tries)
			return ret;
		out__note("%s failed in try %d of %d", name, try, opt.tries);
	}
}

static int program__run(const char *name, int number)
{
	double start = now();
	int ret = program__try(name);

	if (log__check(NULL))
		ret = EXIT_FAIL;
	out__note("%s took %.1f s", name, now() - start);
	if (ret == EXIT_SKIP)
		out__line("ok %d %s # SKIP", number, name);
	else
		out__line("%sok %d %s", ret ? "not " : "", number, name);
	return ret;
}

/* selftests */
int selftests__main(int argc, char **argv)
{
	struct dirent **programs;
	int i, count, failed = 0, skipped = 0;

	for (i = 0; i < argc; i++) {
		size_t len = strlen(arguments);

		snprintf(arguments + len, sizeof(arguments) - len, " %s", argv[i]);
	}
	if (opt.dry_run) {
		out__note("runs what is in " FOLDER);
		return EXIT_PASS;
	}
	count = scandir(FOLDER, &programs, is_program, alphasort);
	if (count < 1)
		return out__error("no program in " FOLDER), EXIT_FAIL;
	out__line("KTAP version 1\n1..%d", count);
	for (i = 0; i < count; i++) {
		int ret = program__run(programs[i]->d_name, i + 1);

		failed += ret != EXIT_PASS && ret != EXIT_SKIP;
		skipped += ret == EXIT_SKIP;
		free(programs[i]);
	}
	free(programs);
	if (failed)
		return EXIT_FAIL;
	return skipped == count ? EXIT_SKIP : EXIT_PASS;
}
