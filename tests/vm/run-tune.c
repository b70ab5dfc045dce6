// SPDX-License-Identifier: GPL-2.0
/*
 * Tunables of pvsched that a profile sets, as in "pvsched+lock_max_steals=64".
 * Those of the host are parameters of KVM and begin with "pvsched_", those of
 * the guest are files of its debugfs. A profile that does not name a tunable
 * which another one names has it as it was at boot.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "run.h"

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

int tune__add(struct profile *profile, const char *setting)
{
	if (tunable__note(setting))
		return -1;
	if (profile->tuned_count == MAX_TUNED)
		return out__error("more than %d tunables", MAX_TUNED);
	profile->tuned[profile->tuned_count] = strdup(setting);
	return profile->tuned[profile->tuned_count++] ? 0 : out__error("no memory");
}

static bool tunable__is_host(const struct tunable *t)
{
	return !strncmp(t->name, HOST_PREFIX, strlen(HOST_PREFIX));
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
		if (vm__ask(&set->vm[0], &reply, "get " GUEST_FILES "%s", t->name))
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
		if (vm__do(&set->vm[i], "set " GUEST_FILES "%s %s", t->name, value))
			return -1;
	return 0;
}

/* Bring all tunables to what @profile says, or to what they were. */
int tune__apply(struct vm_set *set, const struct profile *profile)
{
	const char *value;
	int i, j;

	for (i = 0; i < tunable_count; i++) {
		if (!*tunables[i].original && tunable__read(&tunables[i], set))
			return -1;
		value = tunables[i].original;
		for (j = 0; j < profile->tuned_count; j++)
			if (tunable__is(&tunables[i], profile->tuned[j]))
				value = strchr(profile->tuned[j], '=') + 1;
		if (tunable__write(&tunables[i], set, value))
			return -1;
	}
	return 0;
}
