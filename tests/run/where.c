// SPDX-License-Identifier: GPL-2.0
/*
 * Where the CPU time of the measured VMs goes. The host traces every exit, entry
 * and switch of their vCPUs. Time from an entry to the next exit belongs to the
 * guest, all other time on a CPU to the last exit. Exits answered before the
 * tracepoints count as guest time. The instruction pointers of exits for the
 * host's tick sample the guest. Halts are split into their steps.
 *
 * Tracing takes time itself: do not compare figures of such a run with those of
 * another.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "out.h"
#include "profile.h"
#include "trace.h"
#include "where.h"

#define INSTANCE	"/sys/kernel/tracing/instances/pvsched-where"
#define SYMBOLS		"/guest.map"	/* System.map of the guest's kernel */
#define TICK		"intr_info 0x800000ec"
#define BUFFER_KB	"6144"
#define MAX_THREADS	1024
#define MAX_REASONS	64
#define MAX_SYMBOLS	100000
#define SHOWN		24		/* symbols for each profile */
#define MAX_PAUSES	64		/* places of pause-loop exits */
#define SHOWN_PAUSES	8
#define USER_END	0x800000000000ull

/* An exit reason: how often, how long on the CPU, and how often that went away. */
struct reason {
	char name[32];
	double count, seconds, switches;
};

/* Where a loop was left for a pause-loop exit, and how often. */
struct pause {
	unsigned long long address;
	unsigned int count;
};

/* vCPUs that halted and came back, and how long each step of that took. */
struct halts {
	double count, moved;
	double out;		/* from the exit until the CPU is another's */
	double wait;		/* from the wake-up until it has a CPU */
	double back;		/* from there to the entry */
};

static struct where {
	const char *profile;
	struct reason reason[MAX_REASONS];
	int reasons;
	double windows, guest;
	double ticks, user;
	struct halts halts;
	struct pause pause[MAX_PAUSES];
	unsigned int *hits;	/* ticks by symbol */
} wheres[MAX_PROFILES];

static struct symbol {
	unsigned long long address;
	char *name;
} symbols[MAX_SYMBOLS];

static int symbol_count;

/* Where a thread is since when; it is not on a CPU without a state. */
static struct thread {
	int tid;
	enum { OUT, HOST, GUEST } state;
	double since;
	struct reason *reason;
	int cpu;
	double exit, slept, woken;	/* of a halt; 0 before they happen */
	struct halts halt;		/* the one that is under way */
} threads[MAX_THREADS];

static int thread_count;

static void symbols__load(void)
{
	FILE *file = symbol_count ? NULL : fopen(SYMBOLS, "r");
	char line[512], name[400], type;
	unsigned long long address;

	while (file && symbol_count < MAX_SYMBOLS && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx %c %399s", &address, &type, name) != 3 || !strchr("tTwW", type))
			continue;
		symbols[symbol_count++] = (struct symbol) { address, strdup(name) };
	}
	if (file)
		fclose(file);
}

/* The last symbol that is not above @address, or -1. */
static int symbol__find(unsigned long long address)
{
	int low = -1, high = symbol_count;

	while (high - low > 1) {
		int middle = low + (high - low) / 2;

		if (symbols[middle].address <= address)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static int set__write_threads(const struct vm_set *set)
{
	char path[64], text[16 * MAX_THREADS];
	struct dirent *entry;
	size_t n = 0;
	int i;

	for (i = 0; i < set->measured; i++) {
		DIR *dir;

		snprintf(path, sizeof(path), "/proc/%d/task", set->vm[i].pid);
		dir = opendir(path);
		while (dir && (entry = readdir(dir)))
			if (*entry->d_name != '.' && n < sizeof(text) - 16)
				n += sprintf(text + n, "%s ", entry->d_name);
		if (dir)
			closedir(dir);
	}
	return file__write(INSTANCE "/set_event_pid", text);
}

int where__watch(const struct vm_set *set)
{
	symbols__load();
	if (trace__begin(INSTANCE) || file__write(INSTANCE "/buffer_size_kb", BUFFER_KB) ||
	    set__write_threads(set) ||
	    file__write(INSTANCE "/events/kvm/kvm_exit/enable", "1") ||
	    file__write(INSTANCE "/events/kvm/kvm_entry/enable", "1") ||
	    file__write(INSTANCE "/events/sched/sched_wakeup/enable", "1") ||
	    file__write(INSTANCE "/events/sched/sched_switch/enable", "1"))
		return out__error("cannot trace exits in " INSTANCE ": %m");
	return 0;
}

static struct where *where__of(const char *profile)
{
	struct where *where;

	for (where = wheres; where->profile; where++)
		if (!strcmp(where->profile, profile))
			return where;
	where->profile = profile;
	where->hits = calloc(MAX_SYMBOLS, sizeof(*where->hits));
	return where;
}

static struct reason *where__reason(struct where *where, const char *name)
{
	int i;

	for (i = 0; i < where->reasons; i++)
		if (!strcmp(where->reason[i].name, name))
			return &where->reason[i];
	if (where->reasons < MAX_REASONS - 1)
		where->reasons++;
	snprintf(where->reason[i].name, sizeof(where->reason[i].name), "%s", name);
	return &where->reason[i];
}

static struct thread *thread__find(int tid, bool add)
{
	int i;

	for (i = 0; i < thread_count; i++)
		if (threads[i].tid == tid)
			return &threads[i];
	if (!add || thread_count == MAX_THREADS)
		return NULL;
	threads[thread_count] = (struct thread) { .tid = tid };
	return &threads[thread_count++];
}

/* The time since the last event goes to where the thread was. */
static void thread__move(struct thread *thread, struct where *where, int state, double time)
{
	if (thread->state == GUEST)
		where->guest += time - thread->since;
	else if (thread->state == HOST && thread->reason)
		thread->reason->seconds += time - thread->since;
	thread->state = state;
	thread->since = time;
}

static unsigned long long exit__address(const char *data)
{
	const char *rip = strstr(data, " rip 0x");

	return rip ? strtoull(rip + strlen(" rip 0x"), NULL, 16) : 0;
}

static void where__pause(struct where *where, unsigned long long address)
{
	struct pause *pause;

	for (pause = where->pause; pause < where->pause + MAX_PAUSES; pause++) {
		if (pause->count && pause->address != address)
			continue;
		pause->address = address;
		pause->count++;
		return;
	}
}

static void where__tick(struct where *where, unsigned long long address)
{
	int symbol = symbol__find(address);

	where->ticks++;
	if (address < USER_END)
		where->user++;
	else if (symbol >= 0 && where->hits)
		where->hits[symbol]++;
}

/* A halted vCPU lost its CPU: it sleeps, unless it was woken before. */
static void halt__out(struct thread *thread, double time)
{
	if (!thread->exit)
		return;
	thread->halt = (struct halts) { .count = 1, .out = time - thread->exit };
	thread->slept = time;
	thread->exit = 0;
}

static void halt__in(struct thread *thread, int cpu, double time)
{
	if (thread->slept && thread->woken) {
		thread->halt.wait += time - thread->woken;
		thread->halt.moved = cpu != thread->cpu;
	}
}

static void halt__entry(struct where *where, struct thread *thread, double time)
{
	const struct halts *halt = &thread->halt;

	if (thread->slept && thread->woken) {
		where->halts.count += halt->count;
		where->halts.moved += halt->moved;
		where->halts.out += halt->out;
		where->halts.wait += halt->wait;
		where->halts.back += time - thread->since;
	}
	thread->exit = thread->slept = thread->woken = 0;
}

static void where__exit(struct where *where, struct thread *thread, const char *data, double time)
{
	const char *reason = strstr(data, " reason ");
	char name[32] = "?";

	if (reason)
		sscanf(reason, " reason %31s", name);
	thread__move(thread, where, HOST, time);
	thread->reason = where__reason(where, name);
	thread->reason->count++;
	thread->exit = strcmp(name, "HLT") ? 0 : time;
	if (!strcmp(name, "PAUSE_INSTRUCTION"))
		where__pause(where, exit__address(data));
	if (strstr(data, TICK))
		where__tick(where, exit__address(data));
}

static void where__wakeup(const char *data, double time)
{
	const char *pid = strstr(data, " pid=");
	struct thread *thread = pid ? thread__find(atoi(pid + strlen(" pid=")), false) : NULL;

	if (thread && !thread->woken)
		thread->woken = time;
}

static void where__entry(struct where *where, struct thread *thread, int cpu, double time)
{
	halt__entry(where, thread, time);
	thread__move(thread, where, GUEST, time);
	thread->cpu = cpu;
}

static void where__switch(struct where *where, const char *data, int cpu, double time)
{
	const char *prev = strstr(data, " prev_pid="), *next = strstr(data, " next_pid=");
	struct thread *thread;

	if (!prev || !next)
		return;
	thread = thread__find(atoi(prev + strlen(" prev_pid=")), false);
	if (thread) {
		thread__move(thread, where, OUT, time);
		halt__out(thread, time);
		if (thread->reason)
			thread->reason->switches++;
	}
	thread = thread__find(atoi(next + strlen(" next_pid=")), false);
	if (thread) {
		thread__move(thread, where, HOST, time);
		halt__in(thread, cpu, time);
	}
}

/* " CPU 0/KVM-123   [001] d..2.   12.345678: kvm_entry: vcpu 0, ..." */
static void where__line(const char *line, void *arg)
{
	struct where *where = arg;
	const char *where_cpu = strstr(line, " ["), *data, *pid;
	char event[32];
	double time;
	int cpu;

	if (!where_cpu || sscanf(where_cpu, " [%d] %*s %lf: %31[a-z_]:", &cpu, &time, event) != 3)
		return;
	data = strstr(where_cpu, event);
	for (pid = where_cpu; pid > line && *pid != '-'; pid--)
		;
	if (!strcmp(event, "kvm_exit"))
		where__exit(where, thread__find(atoi(pid + 1), true) ?: threads, data, time);
	else if (!strcmp(event, "kvm_entry"))
		where__entry(where, thread__find(atoi(pid + 1), true) ?: threads, cpu, time);
	else if (!strcmp(event, "sched_wakeup"))
		where__wakeup(data, time);
	else if (!strcmp(event, "sched_switch"))
		where__switch(where, data, cpu, time);
}

int where__note(const char *profile)
{
	struct where *where = where__of(profile);

	file__write(INSTANCE "/tracing_on", "0");
	thread_count = 0;
	if (trace__end(INSTANCE, where__line, where))
		return -1;
	where->windows++;
	return 0;
}

static int reason__compare(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	return x->seconds < y->seconds ? 1 : -(x->seconds > y->seconds);
}

static double where__cpu(const struct where *where)
{
	double cpu = where->guest;
	int i;

	for (i = 0; i < where->reasons; i++)
		cpu += where->reason[i].seconds;
	return cpu;
}

static void where__print_reasons(struct where *where, double cpu)
{
	const struct reason *r;

	qsort(where->reason, where->reasons, sizeof(*where->reason), reason__compare);
	for (r = where->reason; r < where->reason + where->reasons; r++)
		out__note("  %-20s %6.2f%%  %7.1f a CPU second, %7.1f us each; %6.1f switched out",
			  r->name, 100 * r->seconds / cpu, r->count / cpu,
			  1e6 * r->seconds / r->count, r->switches / cpu);
}

static void where__print_halts(const struct halts *h, double cpu)
{
	if (h->count)
		out__note("  halts that slept: %.1f a CPU second, %.1f us from exit to switch, %.1f from wake-up to switch, %.1f on to entry, %.0f%% on another CPU",
			  h->count / cpu, 1e6 * h->out / h->count, 1e6 * h->wait / h->count,
			  1e6 * h->back / h->count, 100 * h->moved / h->count);
}

static int pause__compare(const void *a, const void *b)
{
	const struct pause *x = a, *y = b;

	return x->count < y->count ? 1 : -(x->count > y->count);
}

static void where__print_pauses(struct where *where, double cpu)
{
	struct pause *pause = where->pause;
	int symbol;

	qsort(pause, MAX_PAUSES, sizeof(*pause), pause__compare);
	for (; pause < where->pause + SHOWN_PAUSES && pause->count; pause++) {
		symbol = symbol__find(pause->address);
		if (symbol >= 0)
			out__note("  %7.1f pause-loop exits a CPU second from %s+%#llx",
				  pause->count / cpu, symbols[symbol].name,
				  pause->address - symbols[symbol].address);
	}
}

static int where__print_next_symbol(struct where *where)
{
	int i, best = 0;

	for (i = 0; i < symbol_count; i++)
		if (where->hits[i] > where->hits[best])
			best = i;
	if (!symbol_count || !where->hits[best])
		return -1;
	out__note("  %6.2f%%  %s", 100 * where->hits[best] / where->ticks, symbols[best].name);
	where->hits[best] = 0;
	return 0;
}

static void where__print_one(struct where *where)
{
	double cpu = where__cpu(where);
	int i;

	out__note(" %s: %.3f s of CPU a window, %.2f%% of it in the guest", where->profile,
		  cpu / where->windows, 100 * where->guest / cpu);
	where__print_reasons(where, cpu);
	where__print_halts(&where->halts, cpu);
	where__print_pauses(where, cpu);
	if (!where->ticks || !where->hits)
		return;
	out__note("  of %.0f ticks %.2f%% found the guest in user mode, the others where it was:",
		  where->ticks, 100 * where->user / where->ticks);
	for (i = 0; i < SHOWN && !where__print_next_symbol(where); i++)
		;
}

void where__print(const char *scenario)
{
	struct where *where;

	out__note("%s: where the CPU time of the measured VMs went", scenario);
	for (where = wheres; where < wheres + MAX_PROFILES && where->profile; where++) {
		where__print_one(where);
		free(where->hits);
		*where = (struct where) { };
	}
}
