// SPDX-License-Identifier: GPL-2.0
/*
 * Which parts are on, and for each that is not, why and what to do about it. A
 * machine that runs VMs and is one itself has both sides.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pvsched.h>

#include "guest.h"
#include "host.h"
#include "json.h"
#include "status.h"
#include "sys.h"
#include "vm.h"

/* Below so many percent of waiting, or steal, there is nothing to gain. */
#define HARDLY		1.0
/* From so many on a stock host is worth a try. */
#define MUCH		5.0

#define MAX_PARTS	16

struct notes {
	char text[4][160];
	int count;
};

struct status {
	struct host host;
	struct guest guest;
	char kernel[80];
	int vms, vcpus;
	bool hidden;
	double wait;		/* percent, -1 if unknown */
	struct verdict verdict[MAX_PARTS];
	struct notes notes[2];	/* of each side */
	bool fine;
};

static void __printf(2, 3) note__add(struct notes *notes, const char *fmt, ...)
{
	va_list ap;

	if (notes->count == ARRAY_SIZE(notes->text))
		return;
	va_start(ap, fmt);
	vsnprintf(notes->text[notes->count++], sizeof(notes->text[0]), fmt, ap);
	va_end(ap);
}

static bool side__is_there(const struct status *s, enum part_side side)
{
	return side == HOST ? s->host.kvm : s->guest.kvm;
}

static void status__sum_vms(struct status *s)
{
	uint64_t run = 0, wait = 0;
	struct vms vms;
	int i;

	vms__read(&vms);
	s->vms = vms.count;
	s->hidden = vms.hidden;
	for (i = 0; i < vms.count; i++) {
		s->vcpus += vms.vm[i].vcpus;
		run += vms.vm[i].run_ns;
		wait += vms.vm[i].wait_ns;
	}
	s->wait = wait__percent(run, wait);
	vms__free(&vms);
}

static void status__judge(struct status *s)
{
	const struct part *part;

	s->fine = true;
	for (part = parts; part->name; part++) {
		struct verdict *v = &s->verdict[part - parts];

		if (!side__is_there(s, part->side))
			continue;
		if (part->side == HOST)
			host__judge(&s->host, part, v);
		else
			guest__judge(&s->guest, part, v);
		s->fine &= state__is_fine(v->state);
	}
}

static void status__note_host(struct status *s)
{
	struct notes *notes = &s->notes[HOST];

	if (s->hidden)
		note__add(notes, "VMs of other users may be missing; become root to see all");
	if (!s->vms)
		note__add(notes, "no VM runs here");
	else if (s->wait >= 0 && s->wait < HARDLY)
		note__add(notes, "vCPUs hardly wait for a CPU: there is nothing to gain from pvsched at present");
	else if (s->wait >= MUCH && !s->host.pvsched)
		note__add(notes, "vCPUs wait for each other: pvsched is made for that");
}

static void status__note_guest(struct status *s)
{
	const struct guest *guest = &s->guest;
	struct notes *notes = &s->notes[GUEST];

	if (guest__has(guest, PVSCHED_FEATURE_YIELD) && !guest__has(guest, PVSCHED_FEATURE_OFF_CPU))
		note__add(notes, "off_cpu is not on offer: switch it on in the host, and start the VM again");
	if (guest->refused)
		note__add(notes, "the host refused %" PRIu64 " of %" PRIu64 " yields: off there at times, or a stock host after a migration",
			  guest->refused, guest->asked);
	if (guest->preferred && guest->preferred < guest->online)
		note__add(notes, "folded: %d of %d CPUs are in use, which is what the host has for this VM",
			  guest->preferred, guest->online);
	if (guest->steal >= 0 && guest->steal < HARDLY)
		note__add(notes, "hardly any steal: there is nothing to gain from pvsched at present");
}

static void status__look(struct status *s)
{
	*s = (struct status){ .wait = -1 };
	if (sys__read(s->kernel, sizeof(s->kernel), "/proc/sys/kernel/osrelease"))
		snprintf(s->kernel, sizeof(s->kernel), "?");
	host__look(&s->host);
	guest__look(&s->guest);
	status__judge(s);
	if (s->host.kvm) {
		status__sum_vms(s);
		status__note_host(s);
	}
	if (s->guest.kvm)
		status__note_guest(s);
}

static void verdict__print(const char *name, const struct verdict *v)
{
	printf("  %-11s %s", name, state__name(v->state));
	if (*v->why)
		printf(": %s", v->why);
	if (*v->advice)
		printf("; %s", v->advice);
	putchar('\n');
}

/* A kernel without pvsched has one reason for all of them. */
static void side__print(const struct status *s, enum part_side side, bool pvsched)
{
	const struct notes *notes = &s->notes[side];
	const struct part *part;
	int i;

	for (part = parts; part->name; part++) {
		if (part->side != side)
			continue;
		verdict__print(pvsched ? part->name : "all parts", &s->verdict[part - parts]);
		if (!pvsched)
			break;
	}
	for (i = 0; i < notes->count; i++)
		printf("  %s\n", notes->text[i]);
}

static void host__print(const struct status *s)
{
	const struct host *host = &s->host;

	printf("host: Linux %s, %s; CPUs: %d, VMs: %d, vCPUs: %d", s->kernel,
	       host->module ? host->module : "KVM", host->cpus, s->vms, s->vcpus);
	if (s->wait >= 0)
		printf(", waiting for a CPU: %.1f%%", s->wait);
	putchar('\n');
	side__print(s, HOST, host->pvsched);
}

static void guest__print(const struct status *s)
{
	const struct guest *guest = &s->guest;

	printf("guest: Linux %s; CPUs: %d", s->kernel, guest->possible);
	if (guest->steal >= 0)
		printf(", steal: %.1f%%", guest->steal);
	putchar('\n');
	side__print(s, GUEST, guest->pvsched);
}

static void side__json(const struct status *s, enum part_side side)
{
	const struct notes *notes = &s->notes[side];
	const struct part *part;
	int i;

	json__open("parts", '[');
	for (part = parts; part->name; part++) {
		const struct verdict *v = &s->verdict[part - parts];

		if (part->side != side)
			continue;
		json__open(NULL, '{');
		json__text("name", part->name);
		json__text("state", state__name(v->state));
		json__text("why", v->why);
		json__text("advice", v->advice);
		json__close('}');
	}
	json__close(']');
	json__open("notes", '[');
	for (i = 0; i < notes->count; i++)
		json__text(NULL, notes->text[i]);
	json__close(']');
}

static void host__json(const struct status *s)
{
	if (!s->host.kvm) {
		json__null("host");
		return;
	}
	json__open("host", '{');
	json__text("module", s->host.module);
	json__bool("pvsched", s->host.pvsched);
	json__count("cpus", s->host.cpus);
	json__count("vms", s->vms);
	json__count("vcpus", s->vcpus);
	json__decimal("wait_percent", s->wait);
	side__json(s, HOST);
	json__close('}');
}

static void guest__json(const struct status *s)
{
	const struct guest *guest = &s->guest;

	if (!guest->kvm) {
		json__null("guest");
		return;
	}
	json__open("guest", '{');
	json__bool("pvsched", guest->pvsched);
	json__count("cpus", guest->possible);
	if (guest->preferred)
		json__count("preferred_cpus", guest->preferred);
	else
		json__null("preferred_cpus");
	json__decimal("steal_percent", guest->steal);
	if (guest->counted) {
		json__count("yields_asked", guest->asked);
		json__count("yields_refused", guest->refused);
	} else {
		json__null("yields_asked");
		json__null("yields_refused");
	}
	side__json(s, GUEST);
	json__close('}');
}

static void status__json(const struct status *s)
{
	json__open(NULL, '{');
	json__text("kernel", s->kernel);
	json__bool("all_on", s->fine && (s->host.kvm || s->guest.kvm));
	host__json(s);
	guest__json(s);
	json__close('}');
}

int status__main(const struct options *opt)
{
	struct status s;

	status__look(&s);
	if (opt->json)
		status__json(&s);
	if (!s.host.kvm && !s.guest.kvm)
		return complain(EXIT_NO_KVM, "this machine is no VM of KVM, and runs none: %s",
				host__missing());
	if (!opt->json && s.host.kvm)
		host__print(&s);
	if (!opt->json && s.guest.kvm)
		guest__print(&s);
	return s.fine ? EXIT_ON : EXIT_PARTLY;
}
