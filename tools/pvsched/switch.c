// SPDX-License-Identifier: GPL-2.0
/*
 * Switch parts on and off, and say what that changed. What others need goes on
 * first and off last: a guest that is refused a yield leaves the host alone for a
 * second, also when it may ask again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "host.h"
#include "part.h"
#include "switch.h"
#include "sys.h"

#define MAX_PARTS	16

struct choice {
	bool all;		/* that this kernel has */
	bool part[MAX_PARTS];
	int chosen;		/* so many are */
	int changed;		/* of which so many had to be */
	bool offer;		/* one of them is offered to a VM when that starts */
};

static int choice__read(struct choice *choice, char **names)
{
	*choice = (struct choice){ .all = !*names };
	for (; *names; names++) {
		const struct part *part = part__find(*names);

		if (!part)
			return complain(EXIT_USAGE, "no part is called %s; there are: %s",
					*names, part__names());
		choice->part[part - parts] = true;
	}
	return 0;
}

static const char *side__name(enum part_side side)
{
	return side == HOST ? "host" : "guest";
}

/* Why a part cannot be switched on or off */
static int switch__explain(const struct part *part)
{
	struct verdict v;
	struct host host;
	struct guest guest;

	host__look(&host);
	guest__look(&guest);
	if (part->side == HOST ? !host.kvm : !guest.kvm)
		return complain(EXIT_PARTLY, "%s: a part of %ss, and this machine is none", part->name,
				side__name(part->side));
	if (part->side == HOST)
		host__judge(&host, part, &v);
	else
		guest__judge(&guest, part, &v);
	return complain(EXIT_PARTLY, "%s: %s%s%s", part->name, *v.why ? v.why : "the kernel declined",
			*v.advice ? "; " : "", v.advice);
}

static int switch__failed(const struct part *part, int err)
{
	if (err == -EACCES || err == -EPERM)
		return complain(EXIT_PARTLY, "%s: only root may switch parts on and off (%s: %s)",
				part->name, part->path, strerror(-err));
	if (err == -ENOENT || err == -EOPNOTSUPP)
		return switch__explain(part);
	return complain(EXIT_PARTLY, "%s: %s: %s", part->name, part->path, strerror(-err));
}

/* Read the switch again: what the kernel made of it counts. */
static int switch__set(struct choice *choice, const struct part *part, bool on)
{
	int old = sys__read_switch(part->path), now, err;

	if (old < 0)
		return switch__failed(part, old);
	if (old == on)
		return 0;
	err = sys__write(on ? "Y" : "N", "%s", part->path);
	now = err ? err : sys__read_switch(part->path);
	if (now < 0)
		return switch__failed(part, now);
	if (now != on)
		return switch__explain(part);
	printf("%s %s: %s -> %s\n", side__name(part->side), part->name, old ? "on" : "off",
	       now ? "on" : "off");
	choice->changed++;
	choice->offer |= !strcmp(part->name, "yield") || !strcmp(part->name, "off_cpu") ||
			 !strcmp(part->name, "capacity");
	return 0;
}

static bool choice__has(const struct choice *choice, const struct part *part)
{
	return choice->all ? sys__exists("%s", part->path) : choice->part[part - parts];
}

/* The parts one by one; what fails keeps none of the others. */
static int switch__chosen(struct choice *choice, bool on)
{
	int i, count = 0, ret = 0;

	while (parts[count].name)
		count++;
	for (i = 0; i < count; i++) {
		const struct part *part = &parts[on ? i : count - 1 - i];

		if (!choice__has(choice, part))
			continue;
		choice->chosen++;
		if (switch__set(choice, part, on))
			ret = EXIT_PARTLY;
	}
	return ret;
}

static int switch__nothing(void)
{
	struct guest guest;
	struct host host;

	host__look(&host);
	guest__look(&guest);
	if (host.kvm || guest.kvm)
		return complain(EXIT_PARTLY, "this kernel has no pvsched; see pvsched status");
	return complain(EXIT_NO_KVM, "this machine is no VM of KVM, and runs none: %s",
			host__missing());
}

int switch__main(bool on, char **names)
{
	struct choice choice;
	int ret = choice__read(&choice, names);

	if (ret)
		return ret;
	ret = switch__chosen(&choice, on);
	if (!choice.chosen)
		return switch__nothing();
	if (!choice.changed && !ret)
		printf("nothing to change\n");
	if (choice.offer && on)
		printf("a VM that was started without yield, off_cpu or capacity has it after its next start\n");
	return ret;
}
