// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, read while the VM lives: KVM's own from debugfs, the time that the
 * vCPUs ran and waited for a CPU from the scheduler, and those of the guest's
 * driver.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "out.h"
#include "profile.h"
#include "stats.h"

#define KVM_DEBUGFS	"/sys/kernel/debug/kvm"
#define GUEST_STATS	GUEST_FILES "stats"
#define OURS		"pvsched_"

/* Files of a VM's debugfs folder; each sums up what its vCPUs counted. */
static const struct counter {
	const char *file;
	const char *metric;
} counters[] = {
	{ "pvsched_yield_asked", "yields_asked" },
	{ "pvsched_yield_directed", "yields_directed" },
	{ "pvsched_yield_invalid", "yields_invalid" },
	{ "pvsched_halt_pulled", "halt_pulled" },
	{ "pvsched_halt_directed", "halt_directed" },
	{ "pvsched_swapped", "swapped" },
	{ "directed_yield_attempted", "base_yields_asked" },
	{ "directed_yield_successful", "base_directed_yields" },
	{ "preemption_reported", "preemptions_reported" },
	{ "exits", "exits" },
	{ "halt_exits", "halt_exits" },
};

#define REFUSED		"pvsched_yield_refused_"

/* Outcomes of granted yields: counters by reason, summed up. */
static const struct counter outcomes[] = {
	{ "pvsched_yield_stuck_", "yields_stuck" },
	{ "pvsched_yield_ignored_", "yields_ignored" },
	{ "pvsched_yield_bounced_", "yields_bounced" },
};

static int stats__read_file(const char *dir, const char *name, double *value)
{
	char path[600], text[32];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (file__read(path, text, sizeof(text)))
		return -1;
	*value = strtod(text, NULL);
	return 0;
}

/* KVM names the folder of a VM after its process and file descriptor. */
static int stats__find_dir(pid_t pid, char *dir, size_t size)
{
	char prefix[16];
	struct dirent *d;
	int ret = -1;
	DIR *kvm;

	snprintf(prefix, sizeof(prefix), "%d-", pid);
	kvm = opendir(KVM_DEBUGFS);
	while (kvm && ret && (d = readdir(kvm))) {
		if (strncmp(d->d_name, prefix, strlen(prefix)))
			continue;
		snprintf(dir, size, "%s/%s", KVM_DEBUGFS, d->d_name);
		ret = 0;
	}
	if (kvm)
		closedir(kvm);
	return ret ? out__error("no counters of process %d under %s; mount debugfs",
				pid, KVM_DEBUGFS) : 0;
}

int stats__counter(pid_t pid, const char *name, double *value)
{
	char dir[300];

	if (stats__find_dir(pid, dir, sizeof(dir)))
		return -1;
	return stats__read_file(dir, name, value) ?
	       out__error("no counter %s in %s", name, dir) : 0;
}

/* Each reason for a refusal by its own name; they are disjoint. */
static int stats__read_refused(const char *path, struct values *vs)
{
	double value;
	struct dirent *d;
	DIR *dir = opendir(path);
	char name[64];
	int ret = 0, seen = 0;

	while (dir && !ret && (d = readdir(dir))) {
		if (strncmp(d->d_name, REFUSED, strlen(REFUSED)))
			continue;
		ret = stats__read_file(path, d->d_name, &value);
		snprintf(name, sizeof(name), "yields_%.40s",
			 d->d_name + strlen("pvsched_yield_"));
		if (!ret)
			ret = values__add(vs, name, "count", value);
		seen++;
	}
	if (dir)
		closedir(dir);
	if (ret || !seen)
		return out__error("no counters %s* in %s", REFUSED, path);
	return 0;
}

static int stats__sum(const char *path, const char *prefix, double *sum)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	int ret = 0, seen = 0;
	double value;

	*sum = 0;
	while (dir && !ret && (d = readdir(dir))) {
		if (strncmp(d->d_name, prefix, strlen(prefix)))
			continue;
		ret = stats__read_file(path, d->d_name, &value);
		if (!ret)
			*sum += value;
		seen++;
	}
	if (dir)
		closedir(dir);
	return ret || !seen ? out__error("no counters %s* in %s", prefix, path) : 0;
}

static int stats__read_outcomes(const char *path, struct values *vs)
{
	double sum;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(outcomes); i++)
		if (stats__sum(path, outcomes[i].file, &sum) ||
		    values__add(vs, outcomes[i].metric, "count", sum))
			return -1;
	return 0;
}

static int stats__read_kvm(struct vm *vm, struct values *vs)
{
	bool ours = parts__host_has();
	char dir[300];
	double value;
	size_t i;

	if (stats__find_dir(vm->pid, dir, sizeof(dir)))
		return -1;
	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		if (!ours && !strncmp(counters[i].file, OURS, strlen(OURS)))
			continue;
		if (stats__read_file(dir, counters[i].file, &value))
			return out__error("no counter %s in %s", counters[i].file, dir);
		if (values__add(vs, counters[i].metric, "count", value))
			return -1;
	}
	if (!ours)
		return 0;
	return stats__read_refused(dir, vs) || stats__read_outcomes(dir, vs) ? -1 : 0;
}

/* Add what schedstat says of a vCPU: nanoseconds on a CPU, and waiting for one. */
static int stats__read_task(const char *dir, double *ran_sum, double *wait_sum)
{
	char path[400], text[64];
	double ran, waited;

	snprintf(path, sizeof(path), "%s/comm", dir);
	if (file__read(path, text, sizeof(text)) || strncmp(text, "CPU ", 4))
		return 0;
	snprintf(path, sizeof(path), "%s/schedstat", dir);
	if (file__read(path, text, sizeof(text)) ||
	    sscanf(text, "%lf %lf", &ran, &waited) != 2)
		return -1;
	*ran_sum += ran;
	*wait_sum += waited;
	return 1;
}

int stats__time(const struct vm *vm, double *ran, double *waited)
{
	char tasks[32], task[300];
	int ret = 0, seen = 0;
	struct dirent *d;
	DIR *dir;

	*ran = 0;
	*waited = 0;

	snprintf(tasks, sizeof(tasks), "/proc/%d/task", vm->pid);
	dir = opendir(tasks);
	while (dir && ret >= 0 && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		snprintf(task, sizeof(task), "%s/%s", tasks, d->d_name);
		ret = stats__read_task(task, ran, waited);
		seen += ret;
	}
	if (dir)
		closedir(dir);
	if (ret < 0 || seen != vm->vcpus)
		return out__error("no schedstat of vm%d's vCPUs in %s; build the host with SCHED_INFO",
				  vm->id, tasks);
	return 0;
}

static int stats__read_time(struct vm *vm, struct values *vs)
{
	double ran, waited;

	return stats__time(vm, &ran, &waited) || values__add(vs, "cpu_ns", "ns", ran) ||
	       values__add(vs, "steal_ns", "ns", waited) ? -1 : 0;
}

/* "name value" a line; the driver's own names are the metrics. */
static int stats__read_guest(struct vm *vm, struct values *vs)
{
	int has = parts__guest_has(vm), ret = 0;
	char *text, *line, name[40];
	struct reply reply;
	double value;

	if (has <= 0)
		return has;
	if (vm__ask(vm, &reply, "get " GUEST_STATS))
		return -1;
	text = reply.text;
	while (!ret && (line = strsep(&text, "\n")) && *line) {
		size_t len;

		if (sscanf(line, "%39s %lf", name, &value) != 2)
			continue;
		len = strlen(name);
		ret = values__add(vs, name, len > 3 && !strcmp(name + len - 3, "_ns") ?
				  "ns" : "count", value);
	}
	free(reply.text);
	if (reply.status)
		return out__error("vm%d has no %s", vm->id, GUEST_STATS);
	return ret;
}

int stats__read(struct vm *vm, struct values *vs)
{
	vs->count = 0;
	if (stats__read_guest(vm, vs) || stats__read_kvm(vm, vs))
		return -1;
	return stats__read_time(vm, vs);
}
