// SPDX-License-Identifier: GPL-2.0
/*
 * This machine as a VM. Every user may ask CPUID what the host offers, and the
 * kernel which parts are on. Why one is not follows in the order in which the
 * guest part looks (guest/pvsched.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pvsched.h>

#include "guest.h"
#include "sys.h"

/* asm/kvm_para.h has these; not every machine has its headers. */
#define CPUID_HYPERVISOR	0x40000000
#define CPUID_LAST		0x40010000
#define CPUID_STEP		0x100
#define FEATURE_STEAL_TIME	5
#define FEATURE_UNHALT		7
#define HINT_REALTIME		0

#define HYPERVISOR_BIT		31	/* of leaf 1, ECX */

#define CPUS			"/sys/devices/system/cpu/"
#define POLICY			"/sys/module/pvsched/parameters/policy"
#define STATS			"/sys/kernel/debug/pvsched/stats"

/* Where Hyper-V's leaves come first, KVM's follow. 0: no VM of KVM. */
static uint32_t kvm__leaf(void)
{
	static const char signature[12] = "KVMKVMKVM";
	uint32_t leaf;

	if (!(sys__cpuid(1).ecx & 1u << HYPERVISOR_BIT))
		return 0;
	for (leaf = CPUID_HYPERVISOR; leaf < CPUID_LAST; leaf += CPUID_STEP) {
		struct cpuid regs = sys__cpuid(leaf);
		uint32_t name[] = { regs.ebx, regs.ecx, regs.edx };

		if (!memcmp(name, signature, sizeof(signature)))
			return leaf;
	}
	return 0;
}

/* The last one counts, as it does for the kernel. */
static void guest__read_options(struct guest *guest)
{
	char text[4096], *rest = text, *word;

	if (sys__read(text, sizeof(text), "/proc/cmdline"))
		return;
	while ((word = strsep(&rest, " "))) {
		if (!strcmp(word, "nopvspin"))
			guest->nopvspin = true;
		if (strncmp(word, "pvsched=", strlen("pvsched=")))
			continue;
		guest->chosen = true;
		snprintf(guest->choice, sizeof(guest->choice), "%s", strchr(word, '=') + 1);
	}
}

/* user nice system idle iowait irq softirq steal: what is no work is left out. */
static double steal__read(void)
{
	unsigned long long user, nice, system, irq, softirq, steal, wanted;
	char text[256];

	if (sys__read(text, sizeof(text), "/proc/stat"))
		return -1;
	if (sscanf(text, "cpu %llu %llu %llu %*u %*u %llu %llu %llu", &user, &nice, &system, &irq,
		   &softirq, &steal) != 6)
		return -1;
	wanted = user + nice + system + irq + softirq + steal;
	return wanted ? 100.0 * steal / wanted : -1;
}

static void guest__read_cpus(struct guest *guest)
{
	char policy[16];

	guest->possible = sys__count_cpus(CPUS "possible");
	guest->online = sys__count_cpus(CPUS "online");
	guest->preferred = sys__count_cpus(CPUS "preferred");
	guest->by_steal = !sys__read(policy, sizeof(policy), POLICY) && !strcmp(policy, "steal");
}

static void guest__read_stats(struct guest *guest)
{
	char text[4096], *asked, *refused;

	if (sys__read(text, sizeof(text), STATS))
		return;
	asked = strstr(text, "hypercalls ");
	refused = strstr(text, "hypercalls_refused ");
	if (!asked || !refused)
		return;
	guest->counted = true;
	guest->asked = strtoull(strchr(asked, ' '), NULL, 10);
	guest->refused = strtoull(strchr(refused, ' '), NULL, 10);
}

void guest__look(struct guest *guest)
{
	uint32_t leaf = kvm__leaf();
	struct cpuid regs;

	*guest = (struct guest){ .kvm = leaf, .steal = -1 };
	if (!leaf)
		return;
	regs = sys__cpuid(leaf + 1);
	guest->features = regs.eax;
	guest->hints = regs.edx;
	guest->pvsched = sys__exists("%s", part__find("ipi")->path);
	guest->mwait = sys__has_cpu_flag("monitor");
	guest->steal = steal__read();
	guest__read_cpus(guest);
	guest__read_options(guest);
	guest__read_stats(guest);
}

bool guest__has(const struct guest *guest, int feature)
{
	return guest->features & 1u << feature;
}

/* Does the boot option name @part, or is there none? */
static bool guest__chose(const struct guest *guest, const struct part *part)
{
	char text[sizeof(guest->choice)], *rest = text, *word;

	if (!guest->chosen)
		return true;
	memcpy(text, guest->choice, sizeof(text));
	while ((word = strsep(&rest, ",")))
		if (!strcmp(word, part->name))
			return true;
	return false;
}

static bool part__folds(const struct part *part)
{
	return !strcmp(part->name, "fold");
}

/* What keeps all parts off, or false. All but one need yields. */
static bool guest__judge_all(const struct guest *guest, const struct part *part,
			     struct verdict *v)
{
	if (!part__folds(part) && !guest__has(guest, PVSCHED_FEATURE_YIELD))
		verdict__set(v, PART_UNAVAILABLE, "no yield on offer\n"
			     "look at pvsched status in the host, and start QEMU with -cpu host,migratable=off,invtsc=off");
	else if (!guest__has(guest, FEATURE_STEAL_TIME))
		verdict__set(v, PART_UNAVAILABLE, "the VM has no steal time\n"
			     "take kvm-steal-time=off out of QEMU's -cpu");
	else if (guest->hints & 1u << HINT_REALTIME)
		verdict__set(v, PART_UNAVAILABLE, "the realtime hint promises a CPU for each vCPU\n"
			     "if that is not so, take kvm-hint-dedicated=on out of QEMU's -cpu");
	else if (guest->mwait)
		verdict__set(v, PART_UNAVAILABLE, "the VM has MWAIT\n"
			     "take -overcommit cpu-pm=on out of QEMU's command");
	else if (guest->possible == 1)
		verdict__set(v, PART_UNNEEDED, "the VM has one CPU");
	else
		return false;
	return true;
}

static bool guest__judge_lock(const struct guest *guest, struct verdict *v)
{
	if (guest->nopvspin)
		verdict__set(v, PART_OFF, "the boot option nopvspin\nboot without it");
	else if (!guest__has(guest, FEATURE_UNHALT))
		verdict__set(v, PART_UNAVAILABLE, "the host cannot wake up a vCPU\n"
			     "take kvm-pv-unhalt=off out of QEMU's -cpu");
	else
		return false;
	return true;
}

/* A part that is on, and has nothing to go by. */
static void guest__judge_on(const struct guest *guest, const struct part *part,
			    struct verdict *v)
{
	if (part__folds(part) && !guest->by_steal && !guest__has(guest, PVSCHED_FEATURE_CAPACITY))
		verdict__set(v, PART_UNAVAILABLE, "the host does not say how many CPUs it has for the VM\n"
			     "pvsched on capacity in the host, and start the VM again");
}

void guest__judge(const struct guest *guest, const struct part *part, struct verdict *v)
{
	if (!guest->pvsched) {
		verdict__set(v, PART_UNAVAILABLE, "this kernel has no pvsched\n"
			     "boot one with CONFIG_PVSCHED_GUEST");
		return;
	}
	part__judge_switch(part, v);
	if (v->state == PART_ON)
		guest__judge_on(guest, part, v);
	if (v->state != PART_OFF || guest__judge_all(guest, part, v))
		return;
	if (!guest__chose(guest, part))
		verdict__set(v, PART_OFF, "the boot option pvsched=%.60s\nboot without it",
			     guest->choice);
	else if (!strcmp(part->name, "lock"))
		guest__judge_lock(guest, v);
}
