// SPDX-License-Identifier: GPL-2.0
/*
 * Follow a run: the result channel and the console of the host machine are
 * files that grow. Lines of the channel are sorted by kind; lines of the
 * console are searched for the kernel's complaints. A run ends when pvrun has
 * said EXIT and the machine is off, or when the machine is lost: gone without
 * EXIT, panicked, silent for too long, or out of time.
 *
 * Limits are of the lab's clock. Where time is virtual, and passes only as the
 * emulator computes, that is the CPU time that the emulator has taken: a machine
 * that does other things as well makes a run longer, and no limit shorter.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../shared/klog.h"
#include "lab.h"

#define POLL_MS		50
#define OFF_GRACE	60	/* seconds from EXIT to the machine being off */
#define PANIC_GRACE	2	/* of the lab's clock, for the trace to come out */
#define STALL_LIMIT	600	/* seconds without any progress of that clock */
#define LAST_LINES	8
#define SHOWN_WARNINGS	5

struct run;

/* A file that another process writes, read line by line. */
struct tail {
	int fd;
	char *text;		/* the line that has not ended yet */
	size_t len;
	size_t room;
	void (*line)(struct run *run, char *line);
};

/* What the host's kernel is made to say, see channel__provoke(). */
struct provoked {
	char *text;
	bool seen;
};

struct run {
	const struct lab *lab;
	struct process proc;
	struct tail channel;
	struct tail console;
	FILE *results;
	double start;
	double clock;		/* the lab's, and when it last went on */
	double moved;
	double heard;		/* the last byte, by the lab's clock */
	double panicked;	/* the same */
	double ended;		/* when EXIT came */
	int status;		/* that pvrun left, -1 before it did */
	int complaints;		/* of kernels */
	struct provoked *provoked;	/* complaints of the host that must come */
	int nr_provoked;
	int garbled;		/* results that make no sense */
	char *common;		/* what they share */
	bool up;
	char *last[LAST_LINES];
	unsigned int lines;
};

static volatile sig_atomic_t interrupted;

static void signal__note(int sig)
{
	interrupted = sig;
}

static double clock__now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static double run__time(const struct run *run)
{
	return clock__now() - run->start;
}

static void __printf(2, 3)
run__note(const struct run *run, const char *fmt, ...)
{
	va_list ap;

	printf("# [%6.1f s] ", run__time(run));
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

static void run__complain(struct run *run, const char *where, const char *line)
{
	if (++run->complaints <= SHOWN_WARNINGS)
		fprintf(stderr, "pvlab: kernel warning in %s/%s: %s\n",
			run->lab->out, where, line);
}

static bool text__starts(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* Also the lines of a subtest, which are indented. */
static bool line__is_ktap(const char *line)
{
	line += strspn(line, " ");
	return text__starts(line, "KTAP version ") ||
	       text__starts(line, "ok ") || text__starts(line, "not ok ") ||
	       text__starts(line, "1..") || text__starts(line, "Bail out!");
}

/* "log vm1 text" goes to guest-vm1.log, "log HOST text" to host-kernel.log. */
static void channel__log(struct run *run, char *rest)
{
	char *machine = strsep(&rest, " ");
	char *name, *path;
	FILE *file;

	if (!rest || strchr(machine, '/')) {
		run->garbled++;
		return;
	}
	if (strcmp(machine, "HOST"))
		name = str__format("guest-%s.log", machine);
	else
		name = str__format("host-kernel.log");
	path = lab__file(run->lab, name);
	file = fopen(path, "ae");
	if (!file || fprintf(file, "%s\n", rest) < 0 || fclose(file))
		die("cannot write %s: %s", path, strerror(errno));
	run__complain(run, name, rest);
	free(path);
	free(name);
}

static void channel__result(struct run *run, const char *line)
{
	if (line[strlen(line) - 1] != '}')
		run->garbled++;
	else if (fprintf(run->results, "%s\n", line) < 0)
		die("cannot write %s/results.jsonl: %s", run->lab->out,
		    strerror(errno));
}

/* "NAME=VALUE=UNIT": an object of its own. */
static void channel__value(struct run *run, const char *window, char *text)
{
	char *name = strsep(&text, "="), *value = strsep(&text, "=");
	char *object;

	if (!run->common || !value || !text || !*text) {
		run->garbled++;
		return;
	}
	object = str__format("{%s,%s,\"metric\":\"%s\",\"value\":%s,\"unit\":\"%s\"}",
			     run->common, window, name, value, text);
	channel__result(run, object);
	free(object);
}

/* See tests/run/bench/bench.c: what all objects share, then the figures of a window. */
static void channel__common(struct run *run, const char *text)
{
	free(run->common);
	run->common = str__format("%s", text);
}

static void channel__values(struct run *run, char *text)
{
	char *window = strsep(&text, " "), *value;

	while ((value = strsep(&text, " ")))
		channel__value(run, window, value);
}

/*
 * "provoke TEXT": from here on the host's kernel is made to complain. Its console
 * must show this text in a complaint, and may show others.
 */
static void channel__provoke(struct run *run, const char *text)
{
	run->provoked = reallocarray(run->provoked, run->nr_provoked + 1,
				     sizeof(*run->provoked));
	if (!run->provoked)
		die("out of memory");
	run->provoked[run->nr_provoked++] = (struct provoked){
		.text = str__format("%s", text),
	};
}

static void channel__exit(struct run *run, const char *number)
{
	char *end;
	long status = strtol(number, &end, 10);

	if (*end || end == number || status < 0 || status > 255) {
		run->garbled++;
		return;
	}
	run->status = status;
	run->ended = run__time(run);
}

static void channel__line(struct run *run, char *line)
{
	run->up = true;
	if (text__starts(line, "# "))
		run__note(run, "%s", line + 2);
	else if (line__is_ktap(line))
		printf("%s\n", line);
	else if (*line == '{')
		channel__result(run, line);
	else if (text__starts(line, "with "))
		channel__common(run, line + 5);
	else if (text__starts(line, "values "))
		channel__values(run, line + 7);
	else if (text__starts(line, "provoke "))
		channel__provoke(run, line + 8);
	else if (text__starts(line, "log "))
		channel__log(run, line + 4);
	else if (text__starts(line, "EXIT "))
		channel__exit(run, line + 5);
	else if (*line)
		run->garbled++;
}

static void console__complain(struct run *run, const char *line)
{
	if (!run->nr_provoked)
		run__complain(run, "host-console.log", line);
	for (int i = 0; i < run->nr_provoked; i++)
		run->provoked[i].seen |= !!strstr(line, run->provoked[i].text);
}

static void console__line(struct run *run, char *line)
{
	char **last = &run->last[run->lines++ % LAST_LINES];

	free(*last);
	*last = str__format("%s", line);
	if (klog__is_warning(line))
		console__complain(run, line);
	if (klog__is_panic(line) && !run->panicked)
		run->panicked = run->clock;
}

static void tail__open(struct tail *tail, const struct lab *lab,
		       const char *name, void (*line)(struct run *, char *))
{
	char *path = lab__file(lab, name);

	*tail = (struct tail){ .line = line };
	tail->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (tail->fd < 0)
		die("cannot write %s: %s", path, strerror(errno));
	free(path);
}

static void tail__split(struct tail *tail, struct run *run)
{
	char *line = tail->text;
	char *end;

	while ((end = memchr(line, '\n', tail->text + tail->len - line))) {
		*end = '\0';
		line[strcspn(line, "\r")] = '\0';
		tail->line(run, line);
		line = end + 1;
	}
	tail->len -= line - tail->text;
	memmove(tail->text, line, tail->len);
}

/* True when there was something new. */
static bool tail__poll(struct tail *tail, struct run *run)
{
	bool heard = false;
	ssize_t len;

	for (;;) {
		if (tail->room - tail->len < 4096) {
			tail->room = tail->room * 2 + 8192;
			tail->text = realloc(tail->text, tail->room);
			if (!tail->text)
				die("out of memory");
		}
		len = read(tail->fd, tail->text + tail->len,
			   tail->room - tail->len);
		if (len <= 0)
			return heard;
		tail->len += len;
		heard = true;
		tail__split(tail, run);
	}
}

/* A last line without an end counts too. */
static void tail__close(struct tail *tail, struct run *run)
{
	tail__poll(tail, run);
	if (tail->len && tail->line == console__line) {
		tail->text[tail->len] = '\0';
		tail->line(run, tail->text);
	}
	close(tail->fd);
	free(tail->text);
}

/* It stands still when the process is gone: a run ends then for that reason. */
static void run__advance(struct run *run)
{
	double clock = run__time(run);

	if (run->lab->machine->is_virtual)
		clock = process__cpu(&run->proc);
	if (clock <= run->clock)
		return;
	run->clock = clock;
	run->moved = run__time(run);
}

static void run__poll(struct run *run)
{
	bool heard;

	process__poll(&run->proc, POLL_MS);
	run__advance(run);
	/* What is provoked is announced before it comes. */
	heard = tail__poll(&run->channel, run);
	heard |= tail__poll(&run->console, run);
	if (heard)
		run->heard = run->clock;
	fflush(stdout);
}

static const char *process__fate(const struct process *proc)
{
	if (WIFSIGNALED(proc->status))
		return str__format("was ended by signal %d",
				   WTERMSIG(proc->status));
	return str__format("ended with status %d", WEXITSTATUS(proc->status));
}

/* NULL, or why no result can come any more. */
static const char *run__lost(const struct run *run)
{
	const struct machine *machine = run->lab->machine;
	int boot_limit = machine->boot_limit * run->lab->slower;
	double time = run->clock;

	if (run->panicked && time - run->panicked > PANIC_GRACE)
		return "the host's kernel panicked";
	if (run->proc.gone)
		return str__format("%s %s before pvrun was done", machine->name,
				   process__fate(&run->proc));
	if (time > run->lab->limit)
		return str__format("the limit of %d s was reached (raise it with --limit)",
				   run->lab->limit);
	if (!run->up && boot_limit && time > boot_limit)
		return str__format("the host did not boot in %d s", boot_limit);
	if (time - run->heard > run->lab->silence)
		return str__format("nothing was heard for %d s",
				   run->lab->silence);
	if (run__time(run) - run->moved > STALL_LIMIT)
		return str__format("%s has not run for %d s", machine->name, STALL_LIMIT);
	return NULL;
}

static void run__report_lost(struct run *run, const char *why)
{
	unsigned int first = run->lines < LAST_LINES ? 0 :
			     run->lines - LAST_LINES;
	const char *log = run->lines ? "host-console.log" : "emulator.log";

	fprintf(stderr, "pvlab: machine lost: %s; see %s/%s\n", why,
		run->lab->out, log);
	for (unsigned int i = first; i < run->lines; i++)
		fprintf(stderr, "pvlab:   %s\n", run->last[i % LAST_LINES]);
}

static const char *run__watch(struct run *run)
{
	const char *lost = NULL;

	while (!interrupted && !lost && run->status < 0) {
		bool gone = run->proc.gone;

		run__poll(run);
		/* What it wrote last is read before it is called lost. */
		if (!run->proc.gone || gone)
			lost = run->status < 0 ? run__lost(run) : NULL;
	}
	while (!interrupted && !lost && !run->proc.gone &&
	       run__time(run) - run->ended < OFF_GRACE)
		run__poll(run);
	process__end(&run->proc);
	tail__close(&run->console, run);
	tail__close(&run->channel, run);
	return lost;
}

static int run__count_missing(const struct run *run)
{
	int missing = 0;

	for (int i = 0; i < run->nr_provoked; i++) {
		if (run->provoked[i].seen)
			continue;
		fprintf(stderr, "pvlab: provoked, and not noticed in %s/host-console.log: %s\n",
			run->lab->out, run->provoked[i].text);
		missing++;
	}
	return missing;
}

static int run__verdict(struct run *run, const char *lost)
{
	const char *out = run->lab->out;

	if (run->complaints > SHOWN_WARNINGS)
		fprintf(stderr, "pvlab: and %d more kernel warnings\n",
			run->complaints - SHOWN_WARNINGS);
	if (interrupted) {
		fprintf(stderr, "pvlab: interrupted; what came so far is in %s\n",
			out);
		return EXIT_INTERRUPT;
	}
	if (lost) {
		run__report_lost(run, lost);
		return EXIT_LOST;
	}
	if (run->garbled)
		fprintf(stderr, "pvlab: %d lines of %s/channel.log make no sense\n",
			run->garbled, out);
	if (run->garbled || run->complaints || run__count_missing(run))
		return EXIT_FAIL;
	return run->status;
}

static void signals__catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = signal__note };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	/* Without the shell that started it, pvlab would run on unseen. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void results__open(struct run *run)
{
	char *path = lab__file(run->lab, "results.jsonl");

	run->results = fopen(path, "we");
	if (!run->results)
		die("cannot write %s: %s", path, strerror(errno));
	setvbuf(run->results, NULL, _IOLBF, 0);
	free(path);
}

/* Start the machine, follow it to its end; the exit status of pvlab. */
int lab__run(const struct lab *lab, const struct command *cmd)
{
	struct run run = { .lab = lab, .status = -1, .start = clock__now() };
	const char *out = lab->machine->packs_host ? "emulator.log" : "channel.log";
	const char *err = lab->machine->packs_host ? "emulator.log" : "host-console.log";
	const char *lost;
	int status;

	signals__catch();
	results__open(&run);
	tail__open(&run.console, lab, "host-console.log", console__line);
	tail__open(&run.channel, lab, "channel.log", channel__line);
	process__start(&run.proc, cmd, lab__file(lab, out), lab__file(lab, err));
	run__note(&run, "%s started, its console is %s/host-console.log",
		  lab->machine->name, lab->out);
	lost = run__watch(&run);
	status = run__verdict(&run, lost);
	run__note(&run, "%s ended with status %d", lab->machine->name, status);
	if (fclose(run.results))
		die("cannot write %s/results.jsonl: %s", lab->out,
		    strerror(errno));
	for (int i = 0; i < LAST_LINES; i++)
		free(run.last[i]);
	return status;
}
