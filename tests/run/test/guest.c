// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest sees of pvsched, and says of it.
 */
#include <stdlib.h>
#include <string.h>

#include <pvsched.h>

#include "fail.h"
#include "guest.h"

#define CPUID_KVM_FEATURES	0x40000001

static const char offered[] = "pvsched: offered by this host";

int guest__has_feature(struct vm *vm, int bit)
{
	struct reply reply;
	unsigned long eax;
	int ret = -1;
	char *end;

	if (vm__ask(vm, &reply, "cpuid %#x", CPUID_KVM_FEATURES))
		return -1;
	eax = strtoul(reply.text, &end, 16);
	if (!reply.status && end != reply.text)
		ret = !!(eax & (1U << bit));
	free(reply.text);
	return ret;
}

int guest__has_message(struct vm *vm, const char *text)
{
	struct reply reply;
	int ret;

	if (vm__ask(vm, &reply, "run dmesg"))
		return -1;
	ret = reply.status ? -1 : !!strstr(reply.text, text);
	free(reply.text);
	return ret;
}

int guest__ipi_state(struct vm *vm)
{
	struct reply reply;
	int ret = -1;

	if (vm__ask(vm, &reply, "get " GUEST_IPI))
		return -1;
	if (!reply.status && (reply.text[0] == 'Y' || reply.text[0] == 'N'))
		ret = reply.text[0] == 'Y';
	free(reply.text);
	return ret;
}

double guest__figure(struct vm *vm, const char *path, const char *key)
{
	struct reply reply;
	double value = -1;
	char *at;

	if (vm__ask(vm, &reply, "get %s", path))
		return -1;
	for (at = reply.text; at && *at; at = strchr(at, '\n'), at += !!at) {
		if (!strncmp(at, key, strlen(key)) && at[strlen(key)] == ' ')
			value = strtod(at + strlen(key), NULL);
	}
	free(reply.text);
	return value;
}

int guest__check_offer(struct vm *vm)
{
	if (guest__has_feature(vm, PVSCHED_FEATURE_YIELD) != 1)
		return fail("the guest sees no CPUID bit %d", PVSCHED_FEATURE_YIELD);
	if (guest__has_feature(vm, PVSCHED_FEATURE_OFF_CPU) != 1)
		return fail("the guest sees no CPUID bit %d", PVSCHED_FEATURE_OFF_CPU);
	if (parts__guest_has(vm) != 1)
		return fail("the guest kernel has no pvsched");
	if (guest__has_message(vm, offered) != 1)
		return fail("the guest does not report \"%s\"", offered);
	if (guest__ipi_state(vm) != 1)
		return fail("part ipi is off after boot");
	return EXIT_PASS;
}
