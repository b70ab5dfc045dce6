// SPDX-License-Identifier: GPL-2.0
/* Tests of pvreport: right figures from whole results, an error from all others. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "output.h"
#include "results.h"
#include "test.h"

#define WINDOWS		3
#define MAX_LINES	256

static struct run run;
static char *lines[MAX_LINES];
static int line_count;

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static enum outcome test__stats(void)
{
	double odd[] = { 5, 1, 4 }, even[] = { 10, 2, 8, 4 }, one[] = { 7 };
	double outlier[] = { 100, 101, 102, 103, 1e9 };
	struct stats s = stats__of(odd, 3);

	EXPECT(s.count == 3 && s.median == 4 && s.min == 1 && s.max == 5);
	s = stats__of(even, 4);
	EXPECT(s.count == 4 && s.median == 6 && s.min == 2 && s.max == 10);
	s = stats__of(one, 1);
	EXPECT(s.median == 7 && s.min == 7 && s.max == 7);
	s = stats__of(outlier, 5);
	EXPECT(s.median == 102 && s.max == 1e9);
	EXPECT(stats__of(NULL, 0).count == 0);
	return TEST_PASS;
}

static double share(const char *scenario, bool all)
{
	struct setup setup;

	return setup__parse(&setup, scenario) ? setup__share(&setup, all) : -1;
}

static enum outcome test__share(void)
{
	EXPECT(share("1vm-1x", true) == 1 && share("1vm-4x", true) == 1);
	EXPECT(share("1vm-1x", false) == 1);
	EXPECT(share("2vm-1x", true) == 1 && share("2vm-2x", false) == 0.5);
	EXPECT(is_near(share("1vm-1burn", true), 1 / 2.0));
	EXPECT(is_near(share("1vm-2burn", true), 1 / 3.0));
	EXPECT(is_near(share("2vm-1burn", true), 2 / 3.0));
	EXPECT(is_near(share("2vm-1burn", false), 1 / 3.0));
	EXPECT(is_near(share("1vm-4x-1burn", true), 1 / 2.0));
	EXPECT(is_near(share("1vm-2x-1step", true), 3 / 4.0));
	EXPECT(is_near(share("2vm-1x-2step", false), 3 / 8.0));
	EXPECT(share("1vm", true) < 0 && share("1vm-1burn-2x", true) < 0);
	EXPECT(share("1vm-2x-", true) < 0 && share("1vm-2x-1", true) < 0);
	EXPECT(share("1vm-2x-1burns", true) < 0 && share("1vm-2x-0burn", true) < 0);
	EXPECT(share("", true) < 0 && share("vm-1x", true) < 0 && share("0vm-1x", true) < 0);
	EXPECT(share("1vm-", true) < 0 && share("1vm-x", true) < 0 && share("1vm-1y", true) < 0);
	EXPECT(share("1vm-1x2", true) < 0 && share("-1vm-1x", true) < 0);
	return TEST_PASS;
}

static enum outcome test__json_bad(void)
{
	static const char * const bad[] = {
		"", " ", "x", "{", "}", "{}", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}",
		"{\"a\":1}}", "{\"a\":1} x", "{a:1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}",
		"{\"a\":+1}", "{\"a\":1e}", "{\"a\":0x10}", "{\"a\":nan}", "{\"a\":true}",
		"{\"a\":{}}", "{\"a\":[1]}", "{\"a\":\"b}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
		"{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\t\"}", "{\"a\":1,\"a\":2}",
		"{\"a\":\"\\", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":-}", "{\"a\":'b'}",
	};
	struct json_object object;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!json__parse(&object, bad[i])) {
			printf("# accepted: %s\n", bad[i]);
			return TEST_FAIL;
		}
		EXPECT(object.count == 0);
	}
	return TEST_PASS;
}

static enum outcome test__json_good(void)
{
	const char *line = " {\"a\" : -1.50e+3 ,\"b\":\"x\\\"\\\\\\n\\u00e9\\u20ac\",\"c\":null}\r\n";
	struct json_object o;

	EXPECT(!json__parse(&o, line));
	EXPECT(o.count == 3);
	EXPECT(o.pair[0].type == JSON_NUMBER && !strcmp(o.pair[0].text, "-1.50e+3"));
	EXPECT(o.pair[1].type == JSON_STRING);
	EXPECT(!strcmp(o.pair[1].text, "x\"\\\n\xc3\xa9\xe2\x82\xac"));
	EXPECT(o.pair[2].type == JSON_NULL && !strcmp(o.pair[2].key, "c"));
	json__free(&o);
	return TEST_PASS;
}

static void line__add(const char *scenario, int vms, int vcpus, const char *profile, int window,
		      const char *vm, const char *metric, const char *unit, double value)
{
	if (asprintf(&lines[line_count++],
		     "{\"bench\":\"ebizzy\",\"scenario\":\"%s\",\"lab\":\"bochs\",\"vendor\":\"intel\",\"profile\":\"%s\",\"pcpus\":4,\"clock\":50,\"preempt\":\"voluntary\",\"layout\":\"flat\",\"vms\":%d,\"vcpus\":%d,\"vm\":%s,\"metric\":\"%s\",\"value\":%.12g,\"unit\":\"%s\",\"window\":%d,\"kernel\":\"6.12.0\"}",
		     scenario, profile, vms, vcpus, vm, metric, value, unit, window) < 0)
		abort();
}

static void lines__add_window(const char *profile, int window)
{
	double more = strcmp(profile, "off") ? 100 : 0;

	line__add("1vm-1x", 1, 4, profile, window, "\"all\"", "records_per_s", "records/s",
		  599 + window + more);
	line__add("2vm-2x", 2, 8, profile, window, "\"all\"", "records_per_s", "records/s",
		  400 + window + more);
	line__add("2vm-2x", 2, 8, profile, window, "1", "records_per_s", "records/s", 150);
	line__add("2vm-2x", 2, 8, profile, window, "2", "records_per_s", "records/s",
		  250 + window + more);
	line__add("1vm-2burn", 3, 4, profile, window, "\"all\"", "records_per_s", "records/s", 150);
	line__add("1vm-2burn", 3, 4, profile, window, "\"all\"", "steal_ns", "ns", 5e6);
	if (!more)
		return;
	line__add("1vm-2burn", 3, 4, profile, window, "\"all\"", "yields_refused_self", "count", 3);
	line__add("1vm-2burn", 3, 4, profile, window, "\"all\"", "yields_refused_idle", "count", 4);
}

/* Put @to in place of @from in the last line. */
static void line__change(const char *from, const char *to)
{
	char *line = lines[line_count - 1], *at = strstr(line, from), *changed;

	if (!at || asprintf(&changed, "%.*s%s%s", (int)(at - line), line, to,
			    at + strlen(from)) < 0)
		abort();
	free(line);
	lines[line_count - 1] = changed;
}

static void lines__free(void)
{
	while (line_count)
		free(lines[--line_count]);
}

/* Whole results: the later profile leads, as it does when they take turns. */
static void lines__make(void)
{
	lines__free();
	for (int window = 1; window <= WINDOWS; window++) {
		lines__add_window("on", window);
		lines__add_window("off", window);
	}
}

static void lines__write(const char *name, int without)
{
	FILE *f = fopen(test__path(name), "w");

	for (int i = 0; f && i < line_count; i++)
		if (i != without)
			fprintf(f, "%s\n", lines[i]);
	if (f)
		fclose(f);
}

static void report__run(const char *options, const char *name)
{
	char command[512];

	snprintf(command, sizeof(command), "pvreport --commit c0ffee%s %s", options,
		 test__path(name));
	run__program(&run, 0, command);
}

static enum outcome test__table(void)
{
	lines__make();
	lines__write("raw", -1);
	report__run("", "raw");
	EXPECT(run.status == 0 && !*run.err);
	EXPECT(strstr(run.out, "virtual time: counts instructions, no caches; not hardware"));
	EXPECT(strstr(run.out, "commit c0ffee, kernel 6.12.0"));
	EXPECT(strstr(run.out, "3 windows"));
	/* Median, range, ratios to off and limit; then refused, and steal in ms. */
	EXPECT(strstr(run.out, "1vm-1x     all  off            601  [600-602]  1.000   1.000"));
	EXPECT(strstr(run.out, "                on             701  [700-702]  1.166   1.166"));
	EXPECT(strstr(run.out, "2vm-2x     all  off            402  [401-403]  1.000   0.669"));
	EXPECT(strstr(run.out, "           2    off            252  [251-253]  1.000   0.839"));
	EXPECT(strstr(run.out, "150  [150-150]  1.000   0.749        7         5\n"));
	return TEST_PASS;
}

static enum outcome test__limit(void)
{
	struct given given = { .commit = "c0ffee" };
	struct results r;
	int rate, all;

	lines__make();
	lines__write("raw", -1);
	EXPECT(!results__load(&r, test__path("raw"), &given));
	rate = names__find(&r.metrics, "records_per_s");
	all = names__find(&r.scenarios, "2vm-2x");
	EXPECT(results__limit(&r, 0, rate, VM_ALL) == 601);
	EXPECT(results__limit(&r, all, rate, VM_ALL) == 601);
	EXPECT(results__limit(&r, all, rate, 1) == 300.5);
	EXPECT(is_near(results__limit(&r, names__find(&r.scenarios, "1vm-2burn"), rate, VM_ALL),
		    601 / 3.0));
	EXPECT(isnan(results__limit(&r, 0, names__find(&r.metrics, "steal_ns"), VM_ALL)));
	results__free(&r);
	return TEST_PASS;
}

static enum outcome test__final(void)
{
	static const char expected[] =
		"{\"bench\":\"ebizzy\",\"scenario\":\"1vm-1x\",\"lab\":\"bochs\",\"vendor\":\"intel\",\"clock\":50,\"preempt\":\"voluntary\",\"layout\":\"flat\",\"profile\":\"on\",\"pcpus\":4,\"vms\":1,\"vcpus\":4,\"vm\":\"all\",\"metric\":\"records_per_s\",\"value\":700,\"limit\":601,\"unit\":\"records/s\",\"window\":1,\"commit\":\"c0ffee\",\"kernel\":\"6.12.0\"}\n";
	char options[256], text[1024] = "";
	FILE *f;

	lines__make();
	lines__write("raw", -1);
	snprintf(options, sizeof(options), " --out %s", test__path("final"));
	report__run(options, "raw");
	EXPECT(run.status == 0);
	f = fopen(test__path("final"), "r");
	EXPECT(f && fgets(text, sizeof(text), f));
	fclose(f);
	EXPECT(!strcmp(text, expected));
	report__run("", "final");
	EXPECT(run.status == 0);
	return TEST_PASS;
}

/* Leave out each single line in turn: whichever is lost, it must be noticed. */
static enum outcome test__missing(void)
{
	lines__make();
	for (int i = 0; i < line_count; i++) {
		lines__write("raw", i);
		report__run("", "raw");
		if (!run__refused(&run)) {
			printf("# not missed: %s\n", lines[i]);
			return TEST_FAIL;
		}
	}
	return TEST_PASS;
}

/* There is nothing to measure when off, nor when on in the second window. */
static void lines__add_shares(const char *scenario, int vms, int vcpus)
{
	for (int window = 1; window <= WINDOWS; window++) {
		line__add(scenario, vms, vcpus, "off", window, "\"all\"", "stick_share",
			  "ratio", 0.75);
		line__change("0.75", "null");
		line__add(scenario, vms, vcpus, "on", window, "\"all\"", "stick_share",
			  "ratio", 0.75);
		if (window == 2)
			line__change("0.75", "null");
	}
}

/* Null is no missing measurement, and no rate. */
static enum outcome test__null(void)
{
	lines__make();
	lines__add_shares("1vm-1x", 1, 4);
	lines__add_shares("1vm-2burn", 3, 4);
	lines__add_shares("2vm-2x", 2, 8);
	lines__write("raw", -1);
	report__run("", "raw");
	EXPECT(run.status == 0);
	EXPECT(strstr(run.out, " -            -     -\n"));
	EXPECT(strstr(run.out, " 0.75  [0.75-0.75]     -\n"));
	lines__write("raw", line_count - 3);
	report__run("", "raw");
	EXPECT(run__refused(&run));
	line__change("stick_share", "records_per_s");
	line__change("0.75", "null");
	lines__write("raw", -1);
	report__run("", "raw");
	EXPECT(run__refused(&run) && strstr(run.err, "null"));
	return TEST_PASS;
}

static enum outcome test__asked(void)
{
	lines__make();
	lines__write("raw", -1);
	report__run(" --windows 3 --profiles off,on --scenarios 1vm-1x,2vm-2x,1vm-2burn",
		    "raw");
	EXPECT(run.status == 0);
	report__run(" --windows 5", "raw");
	EXPECT(run__refused(&run));
	report__run(" --profiles off,tas", "raw");
	EXPECT(run__refused(&run) && strstr(run.err, "'tas'"));
	report__run(" --scenarios 1vm-1x,1vm-4x", "raw");
	EXPECT(run__refused(&run) && strstr(run.err, "'1vm-4x'"));
	report__run(" --windows 0", "raw");
	EXPECT(run__refused(&run));
	return TEST_PASS;
}

static enum outcome test__bad_lines(void)
{
	static const char * const changes[][2] = {
		{ "\"lab\":\"bochs\"", "\"lab\":\"moon\"" },
		{ "\"lab\":\"bochs\"", "\"lab\":\"tcg\"" },
		{ "\"bench\":\"ebizzy\"", "\"bench\":\"lock\"" },
		{ "\"vendor\":\"intel\",", "" },
		{ "\"vendor\":\"intel\"", "\"vendor\":\"\"" },
		{ "\"pcpus\":4", "\"pcpus\":\"4\"" },
		{ "\"pcpus\":4", "\"pcpus\":4.5" },
		{ "\"clock\":50,", "" },
		{ "\"clock\":50", "\"clock\":200" },
		{ "\"preempt\":\"voluntary\",", "" },
		{ "\"preempt\":\"voluntary\"", "\"preempt\":\"full\"" },
		{ "\"layout\":\"flat\",", "" },
		{ "\"layout\":\"flat\"", "\"layout\":\"vm\"" },
		{ "\"vm\":\"all\"", "\"vm\":\"some\"" },
		{ "\"window\":3", "\"window\":-3" },
		{ "\"window\":3", "\"window\":2" },
		{ "\"window\":3", "\"window\":9999999999" },
		{ "\"value\":", "\"value\":-" },
		{ "\"value\":", "\"value\":1e999,\"limit\":" },
		{ "\"unit\":\"ns\"", "\"unit\":\"s\"" },
		{ "\"kernel\"", "\"colonel\"" },
		{ "}", "" },
		{ "}", "} # text" },
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		lines__make();
		line__change(changes[i][0], changes[i][1]);
		lines__write("raw", -1);
		report__run("", "raw");
		if (!run__refused(&run)) {
			printf("# accepted: %s\n", lines[line_count - 1]);
			return TEST_FAIL;
		}
	}
	return TEST_PASS;
}

static enum outcome test__bad_files(void)
{
	char command[256];

	report__run("", "nothing-here");
	EXPECT(run__refused(&run));
	lines__free();
	lines__write("raw", -1);
	report__run("", "raw");
	EXPECT(run__refused(&run));
	lines__make();
	lines__write("raw", -1);
	snprintf(command, sizeof(command), "pvreport %s", test__path("raw"));
	run__program(&run, 0, command);
	EXPECT(run__refused(&run) && strstr(run.err, "--commit"));
	report__run(" --out /nonexistent/final", "raw");
	EXPECT(run__refused(&run));
	run__program(&run, 0, "pvreport");
	EXPECT(run__refused(&run));
	run__program(&run, 0, "pvreport --unknown");
	EXPECT(run__refused(&run));
	return TEST_PASS;
}

static void same__run(void)
{
	char command[512], a[256];

	snprintf(a, sizeof(a), "%s", test__path("raw"));
	snprintf(command, sizeof(command), "pvreport --check-same %s %s", a, test__path("other"));
	run__program(&run, 0, command);
}

static enum outcome test__same(void)
{
	lines__make();
	lines__write("raw", -1);
	line__change("6.12.0", "6.12.0-again");
	lines__write("other", -1);
	same__run();
	EXPECT(run.status == 0 && !*run.err);
	line__change("\"value\":5000000", "\"value\":5000001");
	lines__write("other", -1);
	same__run();
	EXPECT(run__refused(&run));
	EXPECT(strstr(run.err, "steal_ns") && strstr(run.err, "5000000 and 5000001"));
	lines__make();
	lines__write("other", line_count - 1);
	same__run();
	EXPECT(run__refused(&run));
	return TEST_PASS;
}

static enum outcome test__no_gnuplot(void)
{
	char *path = strdup(getenv("PATH") ?: "");
	char options[256];

	lines__make();
	lines__write("raw", -1);
	snprintf(options, sizeof(options), " --svg %s", test__path("plot.svg"));
	setenv("PATH", "/nonexistent", 1);
	report__run(options, "raw");
	setenv("PATH", path, 1);
	free(path);
	EXPECT(run__refused(&run) && strstr(run.err, "apt-get install gnuplot-nox"));
	EXPECT(strstr(run.out, "1vm-1x     all  off"));
	return TEST_PASS;
}

static enum outcome test__plot(void)
{
	static char text[65536];
	char options[256];
	FILE *f;

	if (system("command -v gnuplot > /dev/null"))
		return test__skip("gnuplot is not installed: apt-get install gnuplot-nox");
	lines__make();
	lines__write("raw", -1);
	snprintf(options, sizeof(options), " --svg %s", test__path("plot.svg"));
	report__run(options, "raw");
	EXPECT(run.status == 0 && !*run.err);
	f = fopen(test__path("plot.svg"), "r");
	EXPECT(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = 0;
	fclose(f);
	EXPECT(strstr(text, "</svg>") && strstr(text, "not hardware") && strstr(text, "1vm-2burn"));
	EXPECT(strstr(text, "records/s") && strstr(text, "limit") && strstr(text, "601"));
	snprintf(options, sizeof(options), " --draw nonesuch --svg %s", test__path("plot.svg"));
	report__run(options, "raw");
	EXPECT(run.status == 1 && strstr(run.err, "nonesuch"));
	return TEST_PASS;
}

const struct test report_tests[] = {
	{ "stats: median and range of known data", test__stats },
	{ "stats: share of the CPUs by scenario", test__share },
	{ "json: malformed objects are refused", test__json_bad },
	{ "json: objects are read", test__json_good },
	{ "report: table of known figures", test__table },
	{ "report: limits of known figures", test__limit },
	{ "report: keys, order and types of final results", test__final },
	{ "report: any missing measurement is an error", test__missing },
	{ "report: nothing to measure is no missing measurement", test__null },
	{ "report: what was asked for must be there", test__asked },
	{ "report: damaged measurements are refused", test__bad_lines },
	{ "report: bad files and options are refused", test__bad_files },
	{ "report: --check-same finds the first difference", test__same },
	{ "report: without gnuplot the table is still printed", test__no_gnuplot },
	{ "report: the plot shows scenarios, limit and caveat", test__plot },
	{ NULL, NULL }
};
