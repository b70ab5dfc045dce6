// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of pvsched and the profiles made of them: the one place that knows
 * their switches.
 *
 * A profile says of every part whether it is on. "off" has all of them off,
 * "on" all on, "unfolded" all but that a guest is told how many CPUs it can have, and
 * names of parts joined by '+' are the profile with those parts and what they need alone,
 * as in "ipi+boost".
 * A kernel without pvsched counts as having every part off. Tunables may follow,
 * see tune.c.
 *
 * Three profiles are the base's own code, each of which takes a boot: "base" with
 * a guest booted without pvsched on a host with all parts off, and of those
 * "native" without paravirtual spinlocks and "tas" on a host that cannot kick,
 * which makes the base use a test-and-set lock.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "out.h"
#include "profile.h"

enum { YIELD, OFF_CPU, IPI, LOCK, CAPACITY };

/*
 * What others need comes first. To switch is load, which moves the number that "fold"
 * follows, so that comes last.
 */
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
	[CAPACITY]	= { "capacity", HOST_DIR "pvsched_capacity", NULL, 0 },
	{ "boost", HOST_DIR "pvsched_boost", NULL, 0 },
	{ "slice", HOST_DIR "pvsched_slice", NULL, 0 },
	{ "fast_ipi", HOST_DIR "pvsched_fast_ipi", NULL, 0 },
	{ "fast_timer", HOST_DIR "pvsched_fast_timer", NULL, 0 },
	{ "fast_yield", HOST_DIR "pvsched_fast_yield", NULL, 0 },
	{ "fold", NULL, GUEST_DIR "fold", 0 },
};

static const struct profile profiles[] = {
	{ .name = "off" },
	{ .name = "on", .parts = -1U },
	{ .name = "unfolded", .parts = ~(1U << CAPACITY) },
	{ .name = "native", .boot.options = "nopvspin" },
	{ .name = "tas", .boot.cpu = "-kvm-pv-unhalt" },
	{ .name = "base", .boot.options = "pvsched=off" },
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
		return tuned__add(&profile->tuned, word);
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
static int parts__offer(void)
{
	size_t i;

	for (i = 0; parts__host_has() && i < ARRAY_SIZE(parts); i++)
		if (parts[i].host && part__switch_host(&parts[i], true))
			return -1;
	return 0;
}

int profile__start(const struct profile *profile, struct vm_set *set)
{
	return parts__offer() || vms__start(set, profile ? &profile->boot : NULL) ? -1 : 0;
}

static int part__switch(const struct part *part, struct vm_set *set, bool on)
{
	if (part->host && part__switch_host(part, on))
		return -1;
	return part__switch_guests(part, set, on);
}

/*
 * What others need goes off last and on first: a guest that is refused a yield
 * leaves the host alone for a while, also when it may ask again.
 */
int profile__apply(const struct profile *profile, struct vm_set *set)
{
	size_t i;

	for (i = ARRAY_SIZE(parts); i--;)
		if (!(profile->parts & (1U << i)) && part__switch(&parts[i], set, false))
			return -1;
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (profile->parts & (1U << i) && part__switch(&parts[i], set, true))
			return -1;
	return tuned__apply(&profile->tuned, set);
}
