// SPDX-License-Identifier: GPL-2.0
/*
 * pvsuite: runs the parts of "make test" and adds up what they say. Each part is
 * a command that prints KTAP; it becomes a subtest.
 *
 *	pvsuite [--list] [--commands] [--only=NAME[,NAME]] [--jobs=N] [--keep=DIR] TABLE
 *
 * TABLE is a file with a line for each part: its name, the seconds it may take, how
 * often it is tried, whether it may run beside others ("yes" or "no"), its key or
 * "-", and its command.
 *
 * Parts that may run beside others do, N of them at once. The others, which
 * measure real time, run when those have ended, each alone. The oldest part that
 * runs is shown as it goes; what the others print comes in one piece after it.
 *
 * A part leaves no process behind: not when it ends, not when it is over its limit
 * and not when pvsuite is interrupted.
 *
 * A part fails when one of its tests does, when its exit status says so, when
 * it takes longer than its limit, and when it announces more tests than it
 * reports: a missing result is a failure. One that is given several tries is
 * run again when it failed, and says so: that is for an emulator in real time on
 * a machine that may be short of CPU. Exit status 0 pass, 1 fail, 4 when nothing
 * but skips came.
 *
 * A key stands for all that a part depends on. What such a part printed when it
 * passed, with nothing skipped, is kept in DIR; as long as the key stays the same
 * that is shown again, and marked, in place of another run.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shared/keep.h"

#define EXIT_SKIP	4
#define MAX_PARTS	64

struct count {
	int passed;
	int failed;
	int skipped;
	int again;
	int reused;
};

enum state { WAITING, RUNNING, ENDED, SHOWN };

struct part {
	char *name;
	double limit;
	int tries;
	bool shares;		/* the machine with others */
	char *key;		/* of what it depends on, or NULL */
	char *command;

	enum state state;
	double start;
	int try;
	const char *fault;	/* why the last try failed, or NULL */
	char *said;		/* what it printed while it was not shown */
	size_t size;
	FILE *text;
	bool reused;		/* it passed before, and is not run */

	/* Of the try that runs */
	FILE *copy;		/* what is kept of it if it passes */
	pid_t pid;
	int fd;
	double end;		/* its limit, and when it was over */
	char line[4096];
	size_t len;
	bool late;
	int planned;		/* -1 until the plan is read */
	struct count count;
};

static struct part parts[MAX_PARTS];
static int nr_parts;
/* The part that is shown as it runs, or NULL. */
static struct part *shown;
/* Where results are kept, or NULL. */
static const char *keep;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* All parts are told before the first one is waited for. */
static void die_with_children(int sig)
{
	int i;

	for (i = 0; i < nr_parts; i++)
		if (parts[i].state == RUNNING && parts[i].pid > 0)
			kill(parts[i].pid, SIGTERM);
	for (i = 0; i < nr_parts; i++)
		if (parts[i].state == RUNNING && parts[i].pid > 0)
			waitpid(parts[i].pid, NULL, 0);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The next word of @line, or "" at its end. */
static char *line__word(char **line)
{
	char *word;

	*line += strspn(*line, " \t");
	word = *line;
	*line += strcspn(*line, " \t");
	if (**line)
		*(*line)++ = '\0';
	return word;
}

static int part__parse(struct part *part, char *line)
{
	const char *beside;

	part->name = line__word(&line);
	part->limit = strtod(line__word(&line), NULL);
	part->tries = atoi(line__word(&line));
	beside = line__word(&line);
	part->shares = !strcmp(beside, "yes");
	part->key = line__word(&line);
	if (!strcmp(part->key, "-"))
		part->key = NULL;
	part->command = line + strspn(line, " \t");
	return part->limit > 0 && part->tries > 0 && *part->command &&
	       (part->shares || !strcmp(beside, "no")) ? 0 : -1;
}

static bool wanted(const char *only, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	if (!only || !*only || !strcmp(only, "all"))
		return true;
	for (at = only; (at = strstr(at, name)); at += len)
		if ((at == only || at[-1] == ',') && (!at[len] || at[len] == ','))
			return true;
	return false;
}

/* Read the parts that are @only wanted, in the order of the file. */
static int parts__read(const char *path, const char *only)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	int ret = file ? 0 : -1;

	while (!ret && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!line[strspn(line, " \t")])
			continue;
		/* The part points into its line. */
		ret = nr_parts == MAX_PARTS ? -1 : part__parse(&parts[nr_parts], line);
		if (!ret && wanted(only, parts[nr_parts].name)) {
			nr_parts++;
			line = NULL;
			size = 0;
		}
	}
	if (ret)
		fprintf(stderr, "pvsuite: %s is no table of parts: %s\n", path, line ?: "cannot read it");
	free(line);
	if (file)
		fclose(file);
	return ret;
}

static void part__kept_name(const struct part *part, const char *suffix, char *name, size_t size)
{
	snprintf(name, size, "%s/%s%s", keep, part->name, suffix);
}

/* The first line of what is kept is its key, the second its date. */
static bool part__is_kept(const struct part *part, char *date, size_t size)
{
	char name[4096], key[256] = "";
	FILE *file;
	bool same;

	if (!keep || !part->key)
		return false;
	part__kept_name(part, "", name, sizeof(name));
	file = fopen(name, "r");
	if (!file)
		return false;
	same = fgets(key, sizeof(key), file) && fgets(date, size, file);
	fclose(file);
	key[strcspn(key, "\n")] = '\0';
	date[strcspn(date, "\n")] = '\0';
	return same && !strcmp(key, part->key);
}

static void part__copy_begin(struct part *part)
{
	char name[4096], date[64];
	time_t seconds = time(NULL);

	if (!keep || !part->key)
		return;
	part__kept_name(part, ".new", name, sizeof(name));
	part->copy = fopen(name, "w");
	if (!part->copy)
		return;
	strftime(date, sizeof(date), "%F %T", localtime(&seconds));
	fprintf(part->copy, "%s\n%s\n", part->key, date);
}

static void part__copy_end(struct part *part)
{
	char from[4096], to[4096];

	if (!part->copy)
		return;
	part__kept_name(part, ".new", from, sizeof(from));
	part__kept_name(part, "", to, sizeof(to));
	if (fclose(part->copy) || part->fault || part->count.skipped || rename(from, to))
		unlink(from);
	part->copy = NULL;
}

static void __attribute__((format(printf, 2, 3)))
part__say(struct part *part, const char *fmt, ...)
{
	FILE *to = part == shown ? stdout : part->text;
	va_list ap;

	va_start(ap, fmt);
	vfprintf(to, fmt, ap);
	va_end(ap);
	fflush(to);
}

/* Only lines that are not indented count: the others belong to subtests. */
static void part__line(struct part *part, const char *line)
{
	int planned;

	if (!strncmp(line, "not ok ", 7))
		part->count.failed++;
	else if (!strncmp(line, "ok ", 3) && strstr(line, "# SKIP"))
		part->count.skipped++;
	else if (!strncmp(line, "ok ", 3))
		part->count.passed++;
	else if (sscanf(line, "1..%d", &planned) == 1)
		part->planned = planned;
	if (strncmp(line, "KTAP version", 12))
		part__say(part, "    %s\n", line);
	if (part->copy)
		fprintf(part->copy, "%s\n", line);
}

static void part__feed(struct part *part, const char *text, size_t len)
{
	for (; len; text++, len--) {
		if (*text != '\n')
			part->line[part->len++] = *text;
		if (*text == '\n' || part->len == sizeof(part->line) - 1) {
			part->line[part->len] = '\0';
			part__line(part, part->line);
			part->len = 0;
		}
	}
}

static void part__exec(const struct part *part, int fd)
{
	char name[4096];

	dup2(fd, STDOUT_FILENO);
	if (part->reused) {
		part__kept_name(part, "", name, sizeof(name));
		execlp("tail", "tail", "-n", "+3", name, NULL);
		_exit(127);
	}
	execl("/bin/sh", "sh", "-c", part->command, NULL);
	_exit(127);
}

static int part__start(struct part *part)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	part->pid = keep__fork();
	if (!part->pid)
		part__exec(part, fds[1]);
	close(fds[1]);
	part->fd = fds[0];
	part->end = now() + part->limit;
	part->len = 0;
	part->late = false;
	part->planned = -1;
	part->count = (struct count) { };
	if (!part->reused)
		part__copy_begin(part);
	return part->pid < 0 ? -1 : 0;
}

static int part__begin(struct part *part)
{
	char date[64];

	part->state = RUNNING;
	part->start = now();
	part->try = 1;
	part->text = open_memstream(&part->said, &part->size);
	if (!part->text)
		return -1;
	part->reused = part__is_kept(part, date, sizeof(date));
	part__say(part, "# %s: %s\n    KTAP version 1\n", part->name, part->command);
	if (part->reused)
		part__say(part, "    # not run: it passed on %s, and nothing that it depends on has changed\n",
			  date);
	return part__start(part);
}

/* Say why a part failed, or NULL if it did not. */
static const char *part__fault(const struct part *part, int status)
{
	const struct count *c = &part->count;
	int reported = c->passed + c->failed + c->skipped;

	if (part->late)
		return "took longer than its limit";
	if (c->failed)
		return "tests failed";
	if (!WIFEXITED(status))
		return "was killed";
	if (WEXITSTATUS(status) && WEXITSTATUS(status) != EXIT_SKIP)
		return "ended with an error";
	if (part->planned < 0 || reported == 0)
		return "reported no result";
	return reported < part->planned ? "did not report every result" : NULL;
}

/* A try is over: is the part? */
static int part__end_try(struct part *part, struct count *sum)
{
	int status = 0;

	if (part->late)
		keep__end(part->pid, &status);
	else
		waitpid(part->pid, &status, 0);
	part->pid = 0;
	close(part->fd);
	part->fault = part__fault(part, status);
	part__copy_end(part);
	if (!part->fault || part->try == part->tries) {
		part->state = ENDED;
		part->end = now();
		return 0;
	}
	part__say(part, "    # %s: %s in try %d of %d, running it again\n", part->name,
		  part->fault, part->try++, part->tries);
	sum->again++;
	return part__start(part);
}

static void part__sum_up(struct part *part, int number, struct count *sum)
{
	const char *fault = part->fault;
	bool skip = !fault && !part->count.passed;

	printf("%sok %d %s%s # %.0f s%s%s%s\n", fault ? "not " : "", number, part->name,
	       skip ? " # SKIP nothing in it could run here," : "", part->end - part->start,
	       part->reused ? ", as it passed before" : "", fault ? ", " : "", fault ?: "");
	fflush(stdout);
	sum->passed += part->count.passed;
	sum->failed += part->count.failed + (fault && !part->count.failed);
	sum->skipped += part->count.skipped;
	sum->reused += part->reused;
	part->state = SHOWN;
}

/* From now on it is shown as it runs. */
static void part__show(struct part *part)
{
	fclose(part->text);
	fputs(part->said, stdout);
	fflush(stdout);
	free(part->said);
	shown = part;
}

/* The part that began first among those in @state, or NULL. */
static struct part *parts__oldest(enum state state)
{
	struct part *oldest = NULL;
	int i;

	for (i = 0; i < nr_parts; i++)
		if (parts[i].state == state && (!oldest || parts[i].start < oldest->start))
			oldest = &parts[i];
	return oldest;
}

/* Whatever has ended is printed whole, except beside one that is shown. */
static void parts__show(int *number, struct count *sum)
{
	struct part *part;

	for (;;) {
		if (shown && shown->state == RUNNING)
			return;
		if (shown)
			part__sum_up(shown, ++*number, sum);
		shown = NULL;
		part = parts__oldest(ENDED) ?: parts__oldest(RUNNING);
		if (!part)
			return;
		part__show(part);
	}
}

/* What may begin now, those that share first; NULL if there is nothing. */
static struct part *parts__next(int jobs)
{
	int i, running = 0;
	bool alone = false;

	for (i = 0; i < nr_parts; i++) {
		running += parts[i].state == RUNNING;
		alone |= parts[i].state == RUNNING && !parts[i].shares;
	}
	if (alone || running >= jobs)
		return NULL;
	for (i = 0; i < nr_parts; i++)
		if (parts[i].state == WAITING && parts[i].shares)
			return &parts[i];
	for (i = 0; !running && i < nr_parts; i++)
		if (parts[i].state == WAITING)
			return &parts[i];
	return NULL;
}

/* Wait until one that runs says something, ends or is late. */
static int parts__wait(struct count *sum)
{
	struct pollfd fds[MAX_PARTS];
	struct part *of[MAX_PARTS];
	char text[4096];
	int i, n = 0;

	for (i = 0; i < nr_parts; i++) {
		if (parts[i].state != RUNNING)
			continue;
		fds[n] = (struct pollfd) { .fd = parts[i].fd, .events = POLLIN };
		of[n++] = &parts[i];
	}
	poll(fds, n, 500);
	for (i = 0; i < n; i++) {
		ssize_t len = fds[i].revents ? read(of[i]->fd, text, sizeof(text)) : 0;

		of[i]->late = now() > of[i]->end;
		part__feed(of[i], text, len > 0 ? len : 0);
		if (!of[i]->late && (!fds[i].revents || len > 0))
			continue;
		if (part__end_try(of[i], sum))
			return -1;
	}
	return 0;
}

static int run_all(int jobs)
{
	struct count sum = { };
	struct part *part;
	int number = 0;

	printf("KTAP version 1\n1..%d\n", nr_parts);
	while (number < nr_parts) {
		while ((part = parts__next(jobs)))
			if (part__begin(part))
				return 1;
		parts__show(&number, &sum);
		if (parts__wait(&sum))
			return 1;
		parts__show(&number, &sum);
	}
	printf("%d passed, %d failed, %d skipped", sum.passed, sum.failed, sum.skipped);
	if (sum.again)
		printf("; parts run again: %d", sum.again);
	if (sum.reused)
		printf("; parts unchanged since they passed, and not run: %d", sum.reused);
	printf("\n");
	if (sum.failed)
		return 1;
	return sum.passed ? 0 : EXIT_SKIP;
}

static void parts__list(void)
{
	int i;

	printf("part               seconds  tries  beside others  kept\n");
	for (i = 0; i < nr_parts; i++)
		printf("%-17s  %7.0f  %5d  %13s  %4s\n", parts[i].name, parts[i].limit,
		       parts[i].tries, parts[i].shares ? "yes" : "no",
		       parts[i].key ? "yes" : "no");
}

static void parts__print_commands(void)
{
	int i;

	for (i = 0; i < nr_parts; i++)
		printf("%s: %s\n", parts[i].name, parts[i].command);
}

static int usage(void)
{
	fprintf(stderr,
		"usage: pvsuite [--list] [--commands] [--only=NAME,...] [--jobs=N] [--keep=DIR] TABLE\n");
	return 1;
}

int main(int argc, char **argv)
{
	const char *only = NULL, *table = NULL;
	bool list = false, commands = false;
	int i, jobs = 1;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--list"))
			list = true;
		else if (!strcmp(argv[i], "--commands"))
			commands = true;
		else if (!strncmp(argv[i], "--only=", 7))
			only = argv[i] + 7;
		else if (!strncmp(argv[i], "--jobs=", 7))
			jobs = atoi(argv[i] + 7);
		else if (!strncmp(argv[i], "--keep=", 7))
			keep = argv[i] + 7;
		else if (*argv[i] == '-' || table)
			return usage();
		else
			table = argv[i];
	}
	if (!table || jobs < 1)
		return usage();
	if (parts__read(table, only))
		return 1;
	if (!nr_parts) {
		fprintf(stderr, "pvsuite: no part is called %s; --list prints them\n", only);
		return 1;
	}
	if (list)
		parts__list();
	if (commands)
		parts__print_commands();
	if (list || commands)
		return 0;
	signal(SIGINT, die_with_children);
	signal(SIGTERM, die_with_children);
	return run_all(jobs);
}
