// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile guest that is random. Usage: pvsched_fuzz [OPTIONS]
 *
 *	--seed=N	of the first round; the next ones follow from it (1)
 *	--ops=N		operations of all vCPUs of all rounds (50000)
 *	--round=N	operations of one round (2500)
 *	--corpus=FILE	seeds of rounds that are run first, one a line
 *	--limit=N	seconds after which a vCPU without an operation is stranded (120)
 *	--bust=NAME	break the model: code, irq or halt; that must be a failure. With
 *			"none" neither that nor the corpus is tried first
 *
 * A round is a VM of its own and is run again by its seed alone, which is
 * printed: --seed=N --ops=2500 --bust=none. First of all, unless told to break it, the
 * program breaks its own model in each of these ways and looks whether it
 * notices. The files are fuzz_*.c.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz_host.h"
#include "kselftest.h"
#include "test_util.h"

#define CORPUS		"/etc/fuzz.seeds"
#define MAX_CORPUS	64
/* With so many, each kind of operation and each early answer happens. */
#define COUNT_OPS	10000

#define BUST_OPS	2000
/* Nothing else is to be waited for than a timer that never fires. */
#define BUST_LIMIT	3

static struct {
	uint64_t seed, ops, round;
	const char *corpus;
	int limit;
	enum fuzz_bust bust;
	bool only;		/* the seeds asked for, and no twins */
} options = { .seed = 1, .ops = 50000, .round = 2500, .corpus = CORPUS, .limit = 120 };

static const char * const bust_name[] = {
	[FUZZ_BUST_NONE] = "none", [FUZZ_BUST_CODE] = "code", [FUZZ_BUST_IRQ] = "irq",
	[FUZZ_BUST_HALT] = "halt",
};

/* What a break makes the program say. */
static const char * const bust_symptom[] = {
	[FUZZ_BUST_CODE] = "answer -22", [FUZZ_BUST_IRQ] = "vector", [FUZZ_BUST_HALT] = "stranded",
};

static enum fuzz_bust bust__parse(const char *name)
{
	int i;

	for (i = FUZZ_BUST_NONE; i <= FUZZ_BUST_HALT; i++) {
		if (!strcmp(name, bust_name[i]))
			return i;
	}
	fprintf(stderr, "pvsched_fuzz: --bust=%s: there are none, code, irq and halt\n", name);
	exit(KSFT_FAIL);
}

static void option__set(int c)
{
	switch (c) {
	case 's':
		options.seed = strtoull(optarg, NULL, 0);
		break;
	case 'o':
		options.ops = strtoull(optarg, NULL, 0);
		break;
	case 'r':
		options.round = strtoull(optarg, NULL, 0) ?: 1;
		break;
	case 'c':
		options.corpus = optarg;
		break;
	case 'l':
		options.limit = atoi(optarg);
		break;
	case 'b':
		options.bust = bust__parse(optarg);
		options.only = true;
		break;
	default:
		exit(KSFT_FAIL);
	}
}

static void options__parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' }, { "ops", required_argument, NULL, 'o' },
		{ "round", required_argument, NULL, 'r' }, { "corpus", required_argument, NULL, 'c' },
		{ "limit", required_argument, NULL, 'l' }, { "bust", required_argument, NULL, 'b' },
		{ },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
		option__set(c);
}

static struct fuzz_round *round__new(uint64_t seed, enum fuzz_bust bust)
{
	struct fuzz_round *round = calloc(1, sizeof(*round));

	TEST_ASSERT(round, "no memory");
	round->seed = seed;
	round->ops = options.round < options.ops ? options.round : options.ops;
	round->bust = bust;
	round->limit = options.limit;

	return round;
}

/* A failure of the guest or its VM ends the program. @n is the number of the round, from 1. */
static void seed__run(uint64_t seed, int n, int rounds)
{
	struct fuzz_round *round = round__new(seed, options.bust);
	int complaints;

	fuzz_round__run(round);
	fuzz_count__add(round);
	kvm_vm_free(round->vm);
	free(round);
	complaints = fuzz_log__check();
	ksft_test_result(!complaints, "seed %#lx, round %d of %d\n", seed, n, rounds);
}

/*
 * The twins that must fail
 */
static void bust__child(enum fuzz_bust bust, int out)
{
	struct fuzz_round *round;

	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	if (bust == FUZZ_BUST_HALT)
		options.limit = BUST_LIMIT;
	options.ops = options.round = BUST_OPS;
	round = round__new(options.seed, bust);
	fuzz_round__run(round);
	exit(KSFT_PASS);
}

static bool bust__is_noticed(enum fuzz_bust bust)
{
	char text[16384];
	int ends[2], status;
	size_t size = 0;
	ssize_t len;
	pid_t pid;

	fflush(NULL);
	if (pipe(ends))
		return false;
	pid = fork();
	if (!pid)
		bust__child(bust, ends[1]);
	close(ends[1]);
	while ((len = read(ends[0], text + size, sizeof(text) - 1 - size)) > 0)
		size += len;
	text[size] = 0;
	close(ends[0]);
	len = waitpid(pid, &status, 0);
	fuzz_disturb__restore();
	if (len != pid || !WIFEXITED(status) || WEXITSTATUS(status) == KSFT_PASS ||
	    !strstr(text, bust_symptom[bust])) {
		printf("# a model broken by \"%s\" was not noticed, status %#x; it said:\n%s\n",
		       bust_name[bust], status, text);
		return false;
	}

	return true;
}

static void busts__run(void)
{
	int bust;

	for (bust = FUZZ_BUST_CODE; bust <= FUZZ_BUST_HALT; bust++)
		ksft_test_result(bust__is_noticed(bust), "a model broken by \"%s\" is noticed\n",
				 bust_name[bust]);
}

/*
 * Seeds
 */
static int corpus__read(uint64_t *seeds)
{
	FILE *file = fopen(options.corpus, "r");
	char line[256], *end;
	int n = 0;

	while (file && n < MAX_CORPUS && fgets(line, sizeof(line), file)) {
		seeds[n] = strtoull(line, &end, 0);
		if (end != line)
			n++;
	}
	if (file)
		fclose(file);

	return n;
}

static int seeds__draw(uint64_t *seeds, int known, int wanted)
{
	struct fuzz_rng rng;
	int n = known;

	/* The first is the one that was asked for. */
	for (fuzz_seed(&rng, options.seed, 0, 0); n < wanted; n++)
		seeds[n] = n == known ? options.seed : fuzz_next(&rng);

	return n;
}

int main(int argc, char **argv)
{
	int i, n, wanted;
	uint64_t *seeds;

	setvbuf(stdout, NULL, _IOLBF, 0);
	options__parse(argc, argv);
	wanted = (options.ops + options.round - 1) / options.round;
	seeds = calloc(wanted + MAX_CORPUS, sizeof(*seeds));
	TEST_ASSERT(seeds, "no memory");

	ksft_print_header();
	fuzz_log__open();
	fuzz_disturb__open();
	n = seeds__draw(seeds, options.only ? 0 : corpus__read(seeds), wanted);
	ksft_set_plan(n + 1 + (options.only ? 0 : FUZZ_BUST_HALT));
	if (!options.only)
		busts__run();
	for (i = 0; i < n; i++)
		seed__run(seeds[i], i + 1, n);
	fuzz_count__print();
	fuzz_disturb__print();
	if (options.ops < COUNT_OPS)
		ksft_test_result_skip("what was reached: needs %d operations\n", COUNT_OPS);
	else
		ksft_test_result(!fuzz_count__missing(), "what was reached\n");
	fuzz_disturb__close();
	ksft_finished();
}
