/* SPDX-License-Identifier: GPL-2.0 */
/*
 * naps: a thread that works a little and sleeps a lot, as daemons do.
 */
#ifndef PVRUN_NAPS_H
#define PVRUN_NAPS_H

#define MAX_NAPS	8192

/* A round is from the end of a sleep that was asked for to the end of the work. */
struct naps {
	unsigned int rounds;
	double us[MAX_NAPS];
};

/* What a thread got: rounds, and how long they took. */
struct nap_times {
	double rounds;
	double median_us;
	double p99_us;
};

/* Call @work(@arg) until a millisecond of CPU time has passed, sleep 5 ms, and again. */
void naps__run(struct naps *naps, void (*work)(void *arg), void *arg);

/* Of the rounds from @first on */
void naps__times(const struct naps *naps, unsigned int first, struct nap_times *t);

#endif
