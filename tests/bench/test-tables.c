// SPDX-License-Identifier: GPL-2.0
/* Tests of pvtables: README files show what the results say, or it is noticed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "test.h"

#define BEFORE	"# Title\n\n  | not | a table |\n\n"
#define AFTER	"\nlast line, without an end"

static const char * const scenarios[] = {
	"1vm-1x", "1vm-2x", "1vm-4x", "2vm-2x", "1vm-1burn", "1vm-2burn", "1vm-2x-1burn",
};
static const char * const profiles[] = { "base", "off", "unfolded", "on" };

/* What a file of results is to be like; the default is one that is whole. */
static struct {
	const char *commit;
	const char *setting;
	int scenarios, profiles, windows;
	double more;
} like;

static struct run run;

static void like__reset(void)
{
	like.commit = "c0ffee";
	like.setting = "\"clock\":50,\"preempt\":\"voluntary\",\"layout\":\"flat\"";
	like.scenarios = 7;
	like.profiles = 4;
	like.windows = 3;
	like.more = 0;
}

static void line__write(FILE *f, const char *scenario, const char *profile, int window,
			const char *vm, const char *metric, double value)
{
	fprintf(f, "{\"bench\":\"yield\",\"scenario\":\"%s\",\"lab\":\"bochs\",\"vendor\":\"intel\",%s,\"profile\":\"%s\",\"pcpus\":4,\"vms\":1,\"vcpus\":4,\"vm\":%s,\"metric\":\"%s\",\"value\":%g,\"unit\":\"1/s\",\"window\":%d,\"commit\":\"%s\",\"kernel\":\"6.12.0\"}\n",
		scenario, like.setting, profile, vm, metric, value, window, like.commit);
}

static void window__write(FILE *f, const char *scenario, const char *profile, int window)
{
	double value = (strcmp(profile, "on") ? 400 : 500) + 10 * window + like.more;

	line__write(f, scenario, profile, window, "\"all\"", "records_per_s", value);
	line__write(f, scenario, profile, window, "\"all\"", "stick_share", value / 1000);
	line__write(f, scenario, profile, window, "\"all\"", "yield_to_run_p99_ns", value);
	if (strncmp(scenario, "2vm", 3))
		return;
	line__write(f, scenario, profile, window, "1", "records_per_s", value / 2);
	line__write(f, scenario, profile, window, "2", "records_per_s", value / 2);
}

static void results__store(void)
{
	FILE *f = fopen(test__path("yield.jsonl"), "w");

	if (!f)
		abort();
	for (int s = 0; s < like.scenarios; s++)
		for (int w = 1; w <= like.windows; w++)
			for (int p = 0; p < like.profiles; p++)
				window__write(f, scenarios[s], profiles[p], w);
	fclose(f);
}

static void text__store(const char *name, const char *text)
{
	FILE *f = fopen(test__path(name), "w");

	if (!f || fputs(text, f) < 0)
		abort();
	fclose(f);
}

static const char *text__load(const char *name)
{
	static char text[16384];
	FILE *f = fopen(test__path(name), "r");

	text[f ? fread(text, 1, sizeof(text) - 1, f) : 0] = 0;
	if (f)
		fclose(f);
	return text;
}

static void tables__run(const char *options)
{
	char command[512], *dir = strdup(test__path(""));

	snprintf(command, sizeof(command), "pvtables --results %s%s %s", dir, options,
		 test__path("README.md"));
	run__program(&run, 0, command);
	free(dir);
}

/* A README with the table @name, and whole results. */
static void readme__make(const char *name)
{
	char text[512];

	like__reset();
	results__store();
	snprintf(text, sizeof(text), BEFORE "<!-- table: %s -->\nold\n<!-- end -->\n" AFTER, name);
	text__store("README.md", text);
}

static enum outcome test__written(void)
{
	const char *text;

	readme__make("stuck");
	tables__run("");
	EXPECT(run.status == 0 && !*run.err);
	text = text__load("README.md");
	EXPECT(!strncmp(text, BEFORE "<!-- table: stuck -->\n", strlen(BEFORE) + 22));
	EXPECT(!strcmp(text + strlen(text) - strlen(AFTER), AFTER));
	EXPECT(!strstr(text, "\nold\n"));
	EXPECT(strstr(text, "\n| scenario | base | off | unfolded | on |\n| --- | --- | --- | --- | --- |\n"));
	EXPECT(strstr(text, "\n| 1vm-2x | 42 (41-43) | 42 (41-43) | 42 (41-43) | 52 (51-53) |\n"));
	EXPECT(strstr(text, "3 windows, commit c0ffee.\n"));
	EXPECT(strstr(text, "4 CPUs of 50 MHz, preemption voluntary, cgroups flat, Linux 6.12.0"));
	EXPECT(strstr(text, "not hardware"));
	tables__run(" --check");
	EXPECT(run.status == 0 && strstr(run.out, "\nok 1 ") && strstr(run.out, "1..2\n"));
	return TEST_PASS;
}

static enum outcome test__ratio(void)
{
	readme__make("yield");
	tables__run("");
	EXPECT(run.status == 0);
	EXPECT(strstr(text__load("README.md"), "| base | off | unfolded | on | on/base |\n"));
	EXPECT(strstr(text__load("README.md"),
		      "| 2vm-2x | 420 (410-430) | 420 (410-430) | 420 (410-430) | 520 (510-530) | 1.238 |\n"));
	return TEST_PASS;
}

/* Another figure in the text, or another one in the results. */
static enum outcome test__differs(void)
{
	char *text;

	readme__make("stuck");
	tables__run("");
	text = strdup(text__load("README.md"));
	like.more = 1;
	results__store();
	tables__run(" --check");
	EXPECT(run.status == 1 && strstr(run.out, "not ok 1 ") && strstr(run.out, "make tables"));
	EXPECT(!strcmp(text, text__load("README.md")));
	like.more = 0;
	results__store();
	*strstr(text, "(51-53)") = '[';
	text__store("README.md", text);
	tables__run(" --check");
	EXPECT(run.status == 1 && strstr(run.out, "not ok 1 "));
	free(text);
	return TEST_PASS;
}

/* Whatever is refused leaves the text alone, and fails the check as well. */
static bool is_refused(const char *word)
{
	char *text = strdup(text__load("README.md"));
	bool refused;

	tables__run("");
	refused = run__refused(&run) && strstr(run.err, word);
	if (!refused)
		printf("# not refused for '%s': %s\n", word, run.err);
	tables__run(" --check");
	refused = refused && run.status == 1 && !strcmp(text, text__load("README.md"));
	free(text);
	return refused;
}

static enum outcome test__incomplete(void)
{
	readme__make("stuck");
	like.setting = "\"clock\":50,\"preempt\":\"voluntary\"";
	results__store();
	EXPECT(is_refused("'layout'"));
	readme__make("stuck");
	like.scenarios = 5;
	results__store();
	EXPECT(is_refused("'1vm-2burn'"));
	readme__make("stuck");
	like.profiles = 3;
	results__store();
	EXPECT(is_refused("'on'"));
	readme__make("stuck");
	like.windows = 2;
	results__store();
	EXPECT(is_refused("2 windows"));
	readme__make("stuck");
	like.commit = "c0ffee-dirty";
	results__store();
	EXPECT(is_refused("c0ffee-dirty"));
	return TEST_PASS;
}

static enum outcome test__bad_text(void)
{
	readme__make("nonesuch");
	EXPECT(is_refused("'nonesuch'"));
	text__store("README.md", "<!-- table: stuck -->\n");
	EXPECT(is_refused("without an end"));
	text__store("README.md", "<!-- table: stuck -->\n<!-- table: yield -->\n<!-- end -->\n");
	EXPECT(is_refused("without an end"));
	text__store("README.md", "<!-- end -->\n");
	EXPECT(is_refused("did not begin"));
	run__program(&run, 0, "pvtables");
	EXPECT(run__refused(&run));
	return TEST_PASS;
}

/* The file of another table: the same results under its name. */
static enum outcome test__commits(void)
{
	static const char text[] =
		"<!-- table: stuck -->\n<!-- end -->\n<!-- table: cyclic -->\n<!-- end -->\n";
	char *other = strdup(test__path("cyclic.jsonl"));

	readme__make("stuck");
	like.commit = "badcafe";
	results__store();
	rename(test__path("yield.jsonl"), other);
	like__reset();
	results__store();
	text__store("README.md", text);
	tables__run("");
	EXPECT(run__refused(&run));
	EXPECT(strstr(run.err, "cyclic.jsonl is of commit badcafe") && strstr(run.err, "c0ffee"));
	like.commit = "badcafe";
	results__store();
	tables__run("");
	EXPECT(run__refused(&run) && strstr(run.err, "cyclic_p50_us"));
	remove(other);
	free(other);
	return TEST_PASS;
}

static enum outcome test__none(void)
{
	readme__make("lock");
	tables__run("");
	EXPECT(run.status == 0 && strstr(text__load("README.md"), "not measured yet"));
	tables__run(" --check");
	EXPECT(run.status == 0 && strstr(run.out, "\nok 1 ") && strstr(run.out, "# SKIP"));
	readme__make("lock");
	tables__run(" --check");
	EXPECT(run.status == 1 && strstr(run.out, "not ok 1 "));
	return TEST_PASS;
}

static enum outcome test__plot(void)
{
	readme__make("yield");
	tables__run("");
	text__store("yield.svg", "<text>yield (lab bochs, intel, commit c0ffee)</text>\n");
	tables__run(" --check");
	EXPECT(run.status == 0 && strstr(run.out, "\nok 2 "));
	text__store("yield.svg", "<text>yield (lab bochs, intel, commit c0ffee1)</text>\n");
	tables__run(" --check");
	EXPECT(run.status == 1 && strstr(run.out, "\nnot ok 2 "));
	remove(test__path("yield.svg"));
	tables__run(" --check");
	EXPECT(run.status == 1 && strstr(run.out, "\nnot ok 2 "));
	return TEST_PASS;
}

static enum outcome test__links(void)
{
	like__reset();
	text__store("README.md", "[a](yield.jsonl) [b](README.md#title) [c](http://nowhere)\n");
	results__store();
	tables__run(" --check");
	EXPECT(run.status == 0);
	text__store("README.md", "[a](yield.svg) [b](lock.svg)\n");
	tables__run(" --check");
	EXPECT(run.status == 1 && strstr(run.out, "yield.svg") && !strstr(run.out, "lock.svg"));
	text__store("README.md", "[a](yield.jsonl)\n[b](gone.c)\n");
	tables__run(" --check");
	EXPECT(run.status == 1 && strstr(run.out, "\nnot ok 1 ") && strstr(run.out, "gone.c"));
	return TEST_PASS;
}

/* The tables of this very tree. */
static enum outcome test__tree(void)
{
	char *line, *rest = run.out;

	run__program(&run, 0,
		     "pvtables --results results --check ../../README.md ../README.md"
		     " ../../host/README.md ../../guest/README.md");
	if (*run.err || run.status)
		printf("# %s", run.err);
	while (run.status && (line = strsep(&rest, "\n")))
		printf("# %s\n", line);
	EXPECT(run.status == 0);
	return TEST_PASS;
}

const struct test tables_tests[] = {
	{ "tables: medians, ranges and their source are written", test__written },
	{ "tables: on is compared with base", test__ratio },
	{ "tables: a text that differs from the results is noticed", test__differs },
	{ "tables: results that miss anything are refused", test__incomplete },
	{ "tables: results of two commits are refused", test__commits },
	{ "tables: damaged texts are refused", test__bad_text },
	{ "tables: without results a table is skipped", test__none },
	{ "tables: a plot of another commit is noticed", test__plot },
	{ "tables: links that lead to nothing are noticed", test__links },
	{ "tables: the README files show the stored results, and links lead to files", test__tree },
	{ NULL, NULL }
};
