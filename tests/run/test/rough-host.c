// SPDX-License-Identifier: GPL-2.0
/*
 * A rough host: a VM that yields as fast as it can goes on doing so while the
 * host changes its preemption model, takes CPUs away and brings them back, and
 * while real-time and idle-class neighbours run. The caller checks the kernel
 * log.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "../profile.h"
#include "../tiny.h"
#include "states.h"
#include "test.h"

#define PREEMPT		"/sys/kernel/debug/sched/preempt"
#define HOST_CPU	"/sys/devices/system/cpu/cpu%d/online"
#define STEP_US		200000

/* Does the VM get anything done, under the conditions called @what? */
static int rough__check(const struct tiny *tiny, const char *what)
{
	double before, after, cpu;

	if (tiny__read(tiny, &before, &cpu))
		return -1;
	usleep(STEP_US);
	if (tiny__read(tiny, &after, &cpu))
		return -1;
	out__note("%s: %.0f yields", what, after - before);
	return after > before ? 0 : out__error("%s: the VM stands still", what);
}

/* The model in force is in brackets. */
static int preempt__set(const char *model)
{
	char now[128], want[32];

	snprintf(want, sizeof(want), "(%s)", model);
	if (file__write(PREEMPT, model) || file__read(PREEMPT, now, sizeof(now)))
		return out__error("cannot set %s to %s: %m", PREEMPT, model);
	return strstr(now, want) ? 0 : out__error("%s is '%s' and not %s", PREEMPT, now, model);
}

/* A kernel without PREEMPT_DYNAMIC or SCHED_DEBUG keeps its model. */
static int rough__preempt(const struct tiny *tiny)
{
	static const char *const models[] = { "none", "full", "voluntary" };
	char what[64];
	size_t i;

	if (access(PREEMPT, W_OK)) {
		out__note("no %s: the preemption model stays as it is", PREEMPT);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(models); i++) {
		snprintf(what, sizeof(what), "preempt=%s", models[i]);
		if (preempt__set(models[i]) || rough__check(tiny, what))
			return -1;
	}
	return 0;
}

static int rough__hotplug(const struct tiny *tiny)
{
	char path[128], what[64];
	int cpu, ret;

	for (cpu = 1; cpu < opt.pcpus; cpu++) {
		snprintf(path, sizeof(path), HOST_CPU, cpu);
		if (file__write(path, "0"))
			return out__error("cannot write %s: %m", path);
		snprintf(what, sizeof(what), "without CPU %d", cpu);
		ret = rough__check(tiny, what);
		if (file__write(path, "1"))
			return out__error("cannot write %s: %m", path);
		if (ret)
			return -1;
	}
	return rough__check(tiny, "with all CPUs back");
}

/* A process of class @policy that keeps the last CPU busy. */
static pid_t neighbour__start(int policy)
{
	struct sched_param param = { .sched_priority = policy == SCHED_FIFO };
	cpu_set_t cpu;
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&cpu);
	CPU_SET(opt.pcpus - 1, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) ||
	    sched_setscheduler(0, policy, &param))
		_exit(1);
	for (;;)
		;
}

static int rough__neighbour(const struct tiny *tiny, int policy, const char *what)
{
	pid_t pid = neighbour__start(policy);
	int ret;

	if (pid < 0)
		return out__error("cannot fork: %m");
	ret = rough__check(tiny, what);
	if (waitpid(pid, NULL, WNOHANG))
		return out__error("%s: the neighbour does not run", what);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return ret;
}

static int rough_host__run(struct vm_set *set)
{
	struct tiny tiny;
	int ret;

	if (profile__apply(&states[ON], set) || tiny__start(&tiny, 2 * opt.pcpus, TINY_HOSTILE))
		return EXIT_FAIL;
	ret = rough__check(&tiny, "at first") || rough__preempt(&tiny) ||
	      rough__neighbour(&tiny, SCHED_FIFO, "beside a real-time neighbour") ||
	      rough__neighbour(&tiny, SCHED_IDLE, "beside an idle-class neighbour") ||
	      rough__hotplug(&tiny);
	return tiny__stop(&tiny) || ret ? EXIT_FAIL : EXIT_PASS;
}

const struct test test_rough_host = {
	.name = "rough-host",
	.seconds = 600,
	.needs = NEED_PVSCHED,
	.run = rough_host__run,
};
