/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guest: this machine as a VM.
 */
#ifndef PVSCHED_GUEST_H
#define PVSCHED_GUEST_H

#include <stdint.h>

#include "part.h"

struct guest {
	bool kvm;		/* a VM of KVM */
	bool pvsched;		/* its kernel has the guest part */
	uint32_t features;	/* EAX and EDX of KVM_CPUID_FEATURES */
	uint32_t hints;
	bool mwait;
	int possible;		/* CPUs, 0 if unknown */
	int online;
	int preferred;		/* those that are in use */
	bool by_steal;		/* that follows steal time, not the host */
	bool nopvspin;		/* boot options */
	bool chosen;
	char choice[128];	/* what pvsched= says */
	double steal;		/* percent of the time that CPUs had work; -1 if unknown */
	bool counted;		/* debugfs may be read */
	uint64_t asked;		/* yields since boot */
	uint64_t refused;
};

void guest__look(struct guest *guest);
bool guest__has(const struct guest *guest, int feature);
void guest__judge(const struct guest *guest, const struct part *part, struct verdict *v);

#endif
