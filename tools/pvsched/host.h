/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host: this machine as one that runs VMs.
 */
#ifndef PVSCHED_HOST_H
#define PVSCHED_HOST_H

#include "part.h"

struct host {
	bool kvm;		/* can run VMs */
	bool pvsched;		/* its kernel has the host part */
	const char *module;	/* kvm_intel or kvm_amd; NULL: another one */
	const char *hardware;	/* that delivers IPIs, or NULL */
	bool next_rip;		/* the CPU saves it, which early answers need */
	int cpus;		/* online, 0 if unknown */
};

void host__look(struct host *host);
void host__judge(const struct host *host, const struct part *part, struct verdict *v);

/* Why this machine runs no VMs, and what to do */
const char *host__missing(void);

#endif
