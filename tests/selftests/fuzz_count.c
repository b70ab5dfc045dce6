// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: what the rounds reached. A fuzz that no longer gets to the code
 * it is for, because a hook is unplugged or a feature is not offered, would
 * pass all the more.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz_host.h"
#include "pvsched_test.h"
#include "test_util.h"

#define MAX_COUNTERS	128

static struct {
	char name[64];
	uint64_t sum;
} counters[MAX_COUNTERS];

static int nr_counters;
static uint64_t ops[FUZZ_NR_KINDS], restarts, cut, twice, shadowed;

/* What must have happened, wherever it can. */
static const char * const always[] = {
	"pvsched_yield_asked", "pvsched_yield_directed", "pvsched_yield_invalid",
	"pvsched_yield_refused_self", "pvsched_yield_refused_absent", "pvsched_yield_refused_idle",
};

static const char * const early[] = {
	"pvsched_fast_icr", "pvsched_fast_self_ipi", "pvsched_fast_send_ipi", "pvsched_fast_deadline",
	"pvsched_fast_yield", "pvsched_fast_sched_yield", "pvsched_fast_inject",
};

static void counter__add(const char *name, uint64_t value)
{
	int i;

	for (i = 0; i < nr_counters && strcmp(counters[i].name, name); i++)
		;
	if (i == MAX_COUNTERS)
		return;
	if (i == nr_counters)
		snprintf(counters[nr_counters++].name, sizeof(counters->name), "%.63s", name);
	counters[i].sum += value;
}

static void vcpu__add_counters(struct kvm_vcpu *vcpu)
{
	int i, fd = vcpu_get_stats_fd(vcpu);
	struct kvm_stats_desc *descs, *desc;
	struct kvm_stats_header header;
	uint64_t value;

	read_stats_header(fd, &header);
	descs = read_stats_descriptors(fd, &header);
	for (i = 0; i < header.num_desc; i++) {
		desc = get_stats_descriptor(descs, i, &header);
		if (strncmp(desc->name, "pvsched_", 8) || desc->size != 1)
			continue;
		read_stat_data(fd, &header, desc, &value, 1);
		counter__add(desc->name, value);
	}
	free(descs);
	close(fd);
}

void fuzz_count__add(struct fuzz_round *round)
{
	struct fuzz_cpu *cpu;
	int i, kind;

	for (i = 0; i < round->config.nr_cpus; i++) {
		cpu = round->thread[i].cpu;
		restarts += cpu->restarts - 1;
		cut += cpu->nr_cut;
		twice += cpu->nr_twice;
		shadowed += cpu->nr_shadowed;
		for (kind = 0; kind < FUZZ_NR_KINDS; kind++)
			ops[kind] += cpu->nr_kind[kind];
		vcpu__add_counters(round->thread[i].vcpu);
	}
}

void fuzz_count__print(void)
{
	int i;

	for (i = 0; i < FUZZ_NR_KINDS; i++)
		printf("# guest: %s: %lu times\n", fuzz_kind_name(i), ops[i]);
	printf("# guest: restarts after INIT: %lu, handlers of nested guests cut off: %lu\n", restarts, cut);
	if (fuzz_host_is_tcg())
		printf("# emulator: interrupts that came twice: %lu, in the shadow of STI: %lu\n", twice, shadowed);
	for (i = 0; i < nr_counters; i++) {
		if (counters[i].sum)
			printf("# host: %s: %lu\n", counters[i].name, counters[i].sum);
	}
}

static int count__missing(const char * const *names, int nr)
{
	int i, j, missing = 0;

	for (i = 0; i < nr; i++) {
		for (j = 0; j < nr_counters; j++) {
			if (!strcmp(counters[j].name, names[i]) && counters[j].sum)
				break;
		}
		if (j == nr_counters) {
			printf("# %s never moved\n", names[i]);
			missing++;
		}
	}

	return missing;
}

/* How many parts of the code under test, and kinds of operations, were never reached. */
int fuzz_count__missing(void)
{
	int i, missing = count__missing(always, ARRAY_SIZE(always));

	if (next_rip_is_known())
		missing += count__missing(early, ARRAY_SIZE(early));
	else
		printf("# no next RIP here: nothing may be answered early\n");
	for (i = 0; i < FUZZ_NR_KINDS; i++) {
		if (!ops[i]) {
			printf("# no operation was \"%s\"\n", fuzz_kind_name(i));
			missing++;
		}
	}

	return missing;
}
