/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the VM has more vCPUs that want to run than CPUs; see overcommit.c.
 */
#ifndef __PVSCHED_OVERCOMMIT_H
#define __PVSCHED_OVERCOMMIT_H

#include <linux/jiffies.h>
#include <linux/percpu.h>

/*
 * @at:		jiffies of the last sample
 * @until:	jiffies when the VM stops to count as overcommitted
 * @since:	start of the period of @peak[0]
 * @peak:	most vCPUs seen running at once, in this period and the one before
 */
struct pvsched_overcommit {
	unsigned long at;
	unsigned long until;
	unsigned long since;
	unsigned int peak[2];
};

extern struct pvsched_overcommit pvsched_overcommit;

/* Whether the CPU sleeps for a lock. Only the CPU itself writes it; a hint. */
DECLARE_PER_CPU(bool, pvsched_asleep);

void pvsched_sample_running(void);

/* One sample a jiffy; two at once do no harm. */
static inline bool pvsched_sample_is_due(void)
{
	return time_after(jiffies, READ_ONCE(pvsched_overcommit.at));
}

static inline bool pvsched_overcommitted(void)
{
	return time_before(jiffies, READ_ONCE(pvsched_overcommit.until));
}

#endif /* __PVSCHED_OVERCOMMIT_H */
