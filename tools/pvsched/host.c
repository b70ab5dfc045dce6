// SPDX-License-Identifier: GPL-2.0
/*
 * This machine as a host: what KVM's parameters say. Every user may read these.
 */
#include <string.h>

#include "host.h"
#include "sys.h"

#define KVM		"/sys/module/kvm"
#define INTEL		"/sys/module/kvm_intel"
#define AMD		"/sys/module/kvm_amd"

/* Where KVM is built in, both folders are there, whatever the CPU is. */
void host__look(struct host *host)
{
	bool intel = sys__exists(INTEL) && sys__has_cpu_flag("vmx");
	bool amd = sys__exists(AMD) && sys__has_cpu_flag("svm");

	*host = (struct host){ .next_rip = true };
	host->kvm = sys__exists(KVM) && sys__exists("/dev/kvm");
	host->pvsched = sys__exists("%s", part__find("yield")->path);
	host->cpus = sys__count_cpus("/sys/devices/system/cpu/online");
	if (intel) {
		host->module = "kvm_intel";
		if (sys__read_switch(INTEL "/parameters/enable_apicv") == 1)
			host->hardware = "APICv";
	} else if (amd) {
		host->module = "kvm_amd";
		host->next_rip = sys__read_switch(AMD "/parameters/nrips") != 0;
		if (sys__read_switch(AMD "/parameters/avic") == 1)
			host->hardware = "AVIC";
	}
}

void host__judge(const struct host *host, const struct part *part, struct verdict *v)
{
	bool early = !strncmp(part->name, "fast_", strlen("fast_"));

	if (!host->pvsched) {
		verdict__set(v, PART_UNAVAILABLE, "this kernel has no pvsched\n"
			     "boot one with CONFIG_KVM_PVSCHED");
		return;
	}
	part__judge_switch(part, v);
	if (v->state != PART_ON)
		return;
	if (early && !host->next_rip)
		verdict__set(v, PART_UNAVAILABLE, "the CPU does not save the next RIP (nrips)\n"
			     "nothing: the base handles these exits");
	else if (!strcmp(part->name, "fast_ipi") && host->hardware)
		verdict__set(v, PART_UNNEEDED, "%s delivers IPIs", host->hardware);
}

const char *host__missing(void)
{
	if (sys__exists(KVM))
		return "kvm is loaded, kvm_intel or kvm_amd is not: modprobe one, and see dmesg";
	if (sys__has_cpu_flag("vmx"))
		return "KVM is not loaded: modprobe kvm_intel";
	if (sys__has_cpu_flag("svm"))
		return "KVM is not loaded: modprobe kvm_amd";
	return "the CPU has no virtualization, or the firmware hides it";
}
