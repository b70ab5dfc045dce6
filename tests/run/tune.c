// SPDX-License-Identifier: GPL-2.0
/*
 * Tunables of pvsched that a profile sets, as in "on+lock_max_steals=64".
 * Those of the host are parameters of KVM and begin with "pvsched_", those of
 * the guest are files of its debugfs, and "policy" is a parameter of its driver. A profile that does not name a tunable
 * which another one names has it as it was at boot.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "out.h"
#include "tune.h"

#define HOST_PREFIX	"pvsched_"

static struct tunable {
	char name[48];
	char original[24];	/* empty until it was read */
} tunables[MAX_TUNED];

static int tunable_count;

static bool tunable__is(const struct tunable *t, const char *setting)
{
	size_t len = strlen(t->name);

	return !strncmp(setting, t->name, len) && setting[len] == '=';
}

/* Remember the name of @setting, which is NAME=VALUE. */
static int tunable__note(const char *setting)
{
	size_t len = strcspn(setting, "=");
	int i;

	for (i = 0; i < tunable_count; i++)
		if (tunable__is(&tunables[i], setting))
			return 0;
	if (!len || len >= sizeof(tunables->name) || memchr(setting, '/', len))
		return out__error("'%s' does not set a tunable; see the README", setting);
	if (tunable_count == MAX_TUNED)
		return out__error("more than %d tunables", MAX_TUNED);
	memcpy(tunables[tunable_count++].name, setting, len);
	return 0;
}

int tuned__add(struct tuned *tuned, const char *setting)
{
	if (tunable__note(setting))
		return -1;
	if (tuned->count == MAX_TUNED)
		return out__error("more than %d tunables", MAX_TUNED);
	tuned->setting[tuned->count] = strdup(setting);
	return tuned->setting[tuned->count++] ? 0 : out__error("no memory");
}

static bool tunable__is_host(const struct tunable *t)
{
	return !strncmp(t->name, HOST_PREFIX, strlen(HOST_PREFIX));
}

/* The folder of a tunable in the guest */
static const char *tunable__dir(const struct tunable *t)
{
	return strcmp(t->name, "policy") ? GUEST_FILES : GUEST_DIR;
}

static int tunable__read(struct tunable *t, struct vm_set *set)
{
	char path[128];
	struct reply reply;
	int ret = 0;

	if (tunable__is_host(t)) {
		snprintf(path, sizeof(path), HOST_DIR "%s", t->name);
		ret = file__read(path, t->original, sizeof(t->original));
	} else if (set->count) {
		if (vm__ask(&set->vm[0], &reply, "get %s%s", tunable__dir(t), t->name))
			return -1;
		ret = reply.status;
		if (!ret)
			snprintf(t->original, sizeof(t->original), "%s", reply.text);
		free(reply.text);
	}
	t->original[strcspn(t->original, "\n")] = '\0';
	return ret ? out__error("no tunable is called %s; see the README", t->name) : 0;
}

static int tunable__write(const struct tunable *t, struct vm_set *set, const char *value)
{
	char path[128];
	int i;

	if (tunable__is_host(t)) {
		snprintf(path, sizeof(path), HOST_DIR "%s", t->name);
		return file__write(path, value) ?
			out__error("%s does not take %s: %m", t->name, value) : 0;
	}
	for (i = 0; i < set->count; i++)
		if (vm__do(&set->vm[i], "set %s%s %s", tunable__dir(t), t->name, value))
			return -1;
	return 0;
}

int tuned__apply(const struct tuned *tuned, struct vm_set *set)
{
	const char *value;
	int i, j;

	for (i = 0; i < tunable_count; i++) {
		if (!*tunables[i].original && tunable__read(&tunables[i], set))
			return -1;
		value = tunables[i].original;
		for (j = 0; j < tuned->count; j++)
			if (tunable__is(&tunables[i], tuned->setting[j]))
				value = strchr(tuned->setting[j], '=') + 1;
		if (tunable__write(&tunables[i], set, value))
			return -1;
	}
	return 0;
}
