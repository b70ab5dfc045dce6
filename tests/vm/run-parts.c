// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of pvsched and the profiles made of them: the one place that knows
 * their switches.
 *
 * A profile says of every part whether it is on. "stock" has all of them off,
 * "pvsched" all on, and names of parts joined by '+' are the profile with those
 * parts and what they need alone, as in "ipi+boost".
 * A kernel without pvsched counts as having every part off. Tunables may follow,
 * see run-tune.c.
 *
 * Three profiles are the base's own spinlocks, each of which takes a boot:
 * "native" without paravirtual spinlocks, "tas" on a host that cannot kick, which
 * makes the base use a test-and-set lock, and "base" with the base's paravirtual
 * spinlock instead of ours switched off.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

enum { YIELD, OFF_CPU, IPI, LOCK };

/* What others need comes first. */
static const struct part {
	const char *name;
	const char *host;
	const char *guest;
	unsigned int needs;
} parts[] = {
	[YIELD]		= { "yield", HOST_DIR "pvsched_yield", NULL, 0 },
	[OFF_CPU]	= { "off_cpu", HOST_DIR "pvsched_off_cpu", NULL, 0 },
	[IPI]		= { "ipi", NULL, GUEST_DIR "ipi", 1U << YIELD },
	[LOCK]		= { "lock", NULL, GUEST_DIR "lock", 1U << YIELD | 1U << OFF_CPU },
	{ "boost", HOST_DIR "pvsched_boost", NULL, 0 },
	{ "slice", HOST_DIR "pvsched_slice", NULL, 0 },
	{ "fast_ipi", HOST_DIR "pvsched_fast_ipi", NULL, 0 },
	{ "fast_timer", HOST_DIR "pvsched_fast_timer", NULL, 0 },
	{ "fast_yield", HOST_DIR "pvsched_fast_yield", NULL, 0 },
};

static const struct profile profiles[] = {
	{ .name = "stock" },
	{ .name = "pvsched", .parts = -1U },
	{ .name = "native", .boot = "nopvspin" },
	{ .name = "tas", .cpu = "-kvm-pv-unhalt" },
	{ .name = "base", .boot = "pvsched=ipi" },
};

static int part__find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strcmp(name, parts[i].name))
			return i;
	return -1;
}

static int profile__find(const char *name, struct profile *profile)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(profiles); i++) {
		*profile = profiles[i];
		if (!strcmp(name, profile->name))
			return 0;
	}
	*profile = (struct profile) { };
	return -1;
}

/* Add @word, a part or a tunable, to the profile called @name. */
static int profile__add(struct profile *profile, const char *word, const char *name)
{
	int part = part__find(word);

	if (strchr(word, '='))
		return tune__add(profile, word);
	if (part < 0)
		return out__error("no profile is called %s; see pvrun --list (make list)", name);
	profile->parts |= 1U << part | parts[part].needs;
	return 0;
}

/* A profile or a part, more parts and tunables, joined by '+'. */
static int profile__parse(const char *name, struct profile *profile)
{
	char *copy = strdupa(name), *word = strsep(&copy, "+");
	int ret = profile__find(word, profile) ? profile__add(profile, word, name) : 0;

	while (!ret && (word = strsep(&copy, "+")))
		ret = profile__add(profile, word, name);
	profile->name = strdup(name);
	return profile->name ? ret : out__error("no memory");
}

/* How many profiles the comma-separated @list names, or -1. */
int profiles__parse(const char *list, struct profile *found)
{
	char *copy = strdupa(list), *name;
	int n = 0;

	while ((name = strsep(&copy, ","))) {
		if (n == MAX_PROFILES)
			return out__error("more than %d profiles", MAX_PROFILES);
		if (profile__parse(name, &found[n++]))
			return -1;
	}
	return n;
}

void profiles__list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(profiles); i++)
		out__line("profile %s", profiles[i].name);
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		out__line("profile %s (this part alone, or joined by + with others)",
			  parts[i].name);
	out__line("profile NAME+TUNABLE=VALUE (with a tunable of the README set)");
}

bool parts__host_has(void)
{
	return !access(parts[YIELD].host, F_OK);
}

/* 1 or 0, or -1 when the guest does not say. */
int parts__guest_has(struct vm *vm)
{
	struct reply reply;

	if (vm__ask(vm, &reply, "get %s", parts[IPI].guest))
		return -1;
	free(reply.text);
	return !reply.status;
}

static int part__switch_host(const struct part *part, bool on)
{
	char value[8] = "";

	if (!parts__host_has() && !on)
		return 0;
	if (file__write(part->host, on ? "Y" : "N") ||
	    file__read(part->host, value, sizeof(value)) ||
	    value[0] != (on ? 'Y' : 'N'))
		return out__error("the host did not switch %s %s: %s; is it our kernel?",
				  part->name, on ? "on" : "off", part->host);
	return 0;
}

static int part__switch_guest(const struct part *part, struct vm *vm, bool on)
{
	struct reply reply;
	int ret = 0;

	if (vm__ask(vm, &reply, "set %s %c", part->guest, on ? 'Y' : 'N'))
		return -1;
	free(reply.text);
	if (vm__ask(vm, &reply, "get %s", part->guest))
		return -1;
	if (reply.status && !on)
		ret = parts__guest_has(vm);
	else if (reply.status || reply.text[0] != (on ? 'Y' : 'N'))
		ret = -1;
	free(reply.text);
	if (ret)
		return out__error("vm%d did not switch %s %s: %s; is it our kernel?",
				  vm->id, part->name, on ? "on" : "off", part->guest);
	return 0;
}

static int part__switch_guests(const struct part *part, struct vm_set *set, bool on)
{
	int i;

	for (i = 0; part->guest && i < set->count; i++)
		if (part__switch_guest(part, &set->vm[i], on))
			return -1;
	return 0;
}

/*
 * Have the host offer everything to VMs that are about to start: what is off
 * when a VM starts is hidden from it for good.
 */
int parts__offer(void)
{
	size_t i;

	for (i = 0; parts__host_has() && i < ARRAY_SIZE(parts); i++)
		if (parts[i].host && part__switch_host(&parts[i], true))
			return -1;
	return 0;
}

static int part__switch(const struct part *part, struct vm_set *set, bool on)
{
	if (part->host && part__switch_host(part, on))
		return -1;
	return part__switch_guests(part, set, on);
}

/*
 * Bring host and all guests into @profile, and make sure of it. What others need
 * goes off last and on first: a guest whose yield was refused would leave the
 * host alone for a while, also when it may ask again.
 */
int parts__switch(struct vm_set *set, const struct profile *profile)
{
	size_t i;

	for (i = ARRAY_SIZE(parts); i--;)
		if (!(profile->parts & (1U << i)) && part__switch(&parts[i], set, false))
			return -1;
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (profile->parts & (1U << i) && part__switch(&parts[i], set, true))
			return -1;
	return tune__apply(set, profile);
}
