// SPDX-License-Identifier: GPL-2.0
/*
 * What the host says that a VM can have. A tiny VM with four vCPUs for each CPU has all
 * CPUs. It has less once load in another cgroup has been there for a second, and at once
 * with a quota or with fewer CPUs. Where its vCPUs compete one by one, or not at all with
 * each other, it is told "all": in one group with other load, kept to single CPUs. Switched
 * off, nothing is said.
 *
 * When a number changed tells the tracepoint: to look often is load. In the VM's own group
 * this program counts as load, so there only the end is checked.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../shared/median.h"
#include "../clock.h"
#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "../profile.h"
#include "../stats.h"
#include "../tiny.h"
#include "../trace.h"
#include "fail.h"
#include "states.h"
#include "test.h"

#define SWITCH		HOST_DIR "pvsched_capacity"
#define NUMBER		"pvsched_capacity"
#define CHANGES		"pvsched_capacity_changes"
#define GROUPS		"/tmp/capacity"
#define BUFFER		"/sys/kernel/tracing/instances/capacity"
#define EVENT		BUFFER "/events/kvm_pvsched/pvsched_capacity/enable"
#define HOST_CPU	"/sys/devices/system/cpu/cpu%d/online"

#define VCPUS		(4 * opt.pcpus)
#define CPU		1024
#define REST_US		100000
#define SETTLE_US	1500000
#define STEADY_US	1000000

/*
 * Milliseconds until load that comes has its effect, after a second beside it, and load
 * that goes: medians of so many. Load has been seen after fewer.
 */
#define MAX_DOWN_MS	1300.0
#define MAX_SEEN_MS	20.0
#define MAX_UP_MS	10.0
#define STEPS		5

static struct tiny vm;

/* Load: processes that burn, in a group of their own, or in the VM's. */
static pid_t burners[16];
static int nr_burners;

static void burner__main(const char *group)
{
	char path[128];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), GROUPS "/%s/tasks", group);
	if (*group && file__write(path, "0"))
		_exit(1);
	for (;;)
		;
}

static int burn(const char *group, int count)
{
	while (count--) {
		burners[nr_burners] = fork();
		if (!burners[nr_burners])
			burner__main(group);
		if (burners[nr_burners++] < 0)
			return out__error("cannot fork: %m");
	}
	return 0;
}

/* Nonzero if one of them did not burn until now. */
static int burn__stop(void)
{
	int i, ret = 0;

	for (i = 0; i < nr_burners; i++) {
		ret |= waitpid(burners[i], NULL, WNOHANG);
		kill(burners[i], SIGKILL);
	}
	while (nr_burners)
		waitpid(burners[--nr_burners], NULL, 0);
	return ret ? out__error("a burning process ended early") : 0;
}

static int group__make(const char *name, const char *file, int value)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), GROUPS "/%s", name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), GROUPS "/%s/%s", name, file);
	snprintf(text, sizeof(text), "%d", value);
	return file__write(path, text) ? out__error("cannot write %s: %m", path) : 0;
}

static int vcpu__enter(const char *group, int vcpu)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), GROUPS "/%s/tasks", group);
	snprintf(text, sizeof(text), "%d", vm.shared->vcpu[vcpu].tid);
	return file__write(path, text) ? out__error("cannot write %s: %m", path) : 0;
}

static int vm__enter(const char *group)
{
	int i, ret = 0;

	for (i = 0; i < vm.vcpus; i++)
		ret |= vcpu__enter(group, i);
	return ret;
}

/* As libvirt does it. */
static int vm__enter_one_by_one(void)
{
	char name[32];
	int i, ret = 0;

	for (i = 0; i < vm.vcpus; i++) {
		snprintf(name, sizeof(name), "vm/vcpu%d", i);
		ret |= group__make(name, "cpu.shares", 1024) || vcpu__enter(name, i);
	}
	return ret;
}

static int vm__set_cpus(int count)
{
	cpu_set_t cpus;
	int i;

	CPU_ZERO(&cpus);
	for (i = 0; i < count; i++)
		CPU_SET(i, &cpus);
	for (i = 0; i < vm.vcpus; i++)
		if (sched_setaffinity(vm.shared->vcpu[i].tid, sizeof(cpus), &cpus))
			return out__error("cannot set affinity: %m");
	return 0;
}

static int host__set_cpu(const char *online)
{
	char path[128];

	snprintf(path, sizeof(path), HOST_CPU, opt.pcpus - 1);
	return file__write(path, online) ? out__error("cannot write %s: %m", path) : 0;
}

/* The number becomes what it is to be, and stays. */
static int expect(const char *what, double number)
{
	double seen, before, after;

	usleep(SETTLE_US);
	if (stats__counter(vm.pid, CHANGES, &before))
		return -1;
	usleep(STEADY_US);
	if (stats__counter(vm.pid, NUMBER, &seen) || stats__counter(vm.pid, CHANGES, &after))
		return -1;
	out__note("%s: %.2f CPUs, %.0f changes in %.1f s", what, seen / CPU, after - before,
		  STEADY_US / 1e6);
	if (seen > number + CPU / 16 || seen < number - CPU / 16)
		return fail_figure("%s: %.2f CPUs, of %.2f", what, seen / CPU, number / CPU);
	return 0;
}

/*
 * Of the changes since @begin: when did the last one end that led to @number? And when was
 * the first that load is the reason for, which takes nothing yet?
 */
struct step {
	double begin, number;
	double end;
	bool arrived;
	double seen;
};

/* "... 63.012345: pvsched_capacity: vcpu 0 capacity 2048 before 1024 by share" */
static void step__see(const char *line, void *arg)
{
	const char *event = strstr(line, ": pvsched_capacity: "), *time = event;
	struct step *step = arg;
	char reason[16];
	double number;
	bool near;

	if (!event || sscanf(event, ": pvsched_capacity: vcpu %*d capacity %lf before %*d by %15s",
			     &number, reason) != 2)
		return;
	while (time > line && time[-1] != ' ')
		time--;
	if (!step->seen && !strcmp(reason, "cpus"))
		step->seen = strtod(time, NULL);
	out__note("%.1f ms:%.*s", (strtod(time, NULL) - step->begin) * 1e3,
		  (int)strcspn(event + 20, "\n"), event + 20);
	near = number >= step->number - CPU / 4 && number <= step->number + CPU / 4;
	if (near && !step->arrived)
		step->end = strtod(time, NULL);
	step->arrived = near;
}

static int step__begin(struct step *step, double number)
{
	*step = (struct step) { .number = number };
	if (trace__begin(BUFFER) || file__write(BUFFER "/trace_clock", "mono") ||
	    file__write(EVENT, "1"))
		return out__error("cannot trace in " BUFFER ": %m");
	/* This program is load as well, so that the VM has less while it works. */
	usleep(REST_US);
	step->begin = now();
	return 0;
}

static int step__end(struct step *step, const char *what, double *ms)
{
	usleep(SETTLE_US);
	if (trace__end(BUFFER, step__see, step))
		return -1;
	if (!step->arrived)
		return fail_figure("%s: no change to %.2f CPUs", what, step->number / CPU);
	*ms = (step->end - step->begin) * 1e3;
	return 0;
}

/* Milliseconds until load that comes to @group has been seen, and has its effect */
static int step__down(const char *group, double beside, double *seen, double *down)
{
	struct step step;

	if (step__begin(&step, beside) || burn(group, opt.pcpus) ||
	    step__end(&step, "load comes", down))
		return -1;
	*seen = (step.seen - step.begin) * 1e3;
	if (!step.seen)
		return fail_figure("load comes: the number is never by cpus");
	return expect("beside it", beside);
}

static int step__up(double alone, double *up)
{
	struct step step;

	if (step__begin(&step, alone) || burn__stop())
		return -1;
	/* It is gone now, and not before it was killed. */
	step.begin = now();
	return step__end(&step, "load goes", up) || expect("alone", alone) ? -1 : 0;
}

static int check_times(const char *what, double *ms, double limit)
{
	double median = median_of(ms, STEPS);

	out__note("%s: %.1f ms (%.1f-%.1f)", what, median, ms[0], ms[STEPS - 1]);
	if (times_mean_something() && median > limit)
		return fail_figure("%s: %.1f ms and not %.1f", what, median, limit);
	return 0;
}

static int check_steps(const char *group, double beside, double alone)
{
	double seen[STEPS], down[STEPS], up[STEPS];
	int i;

	for (i = 0; i < STEPS; i++)
		if (step__down(group, beside, &seen[i], &down[i]) || step__up(alone, &up[i]))
			return -1;
	return check_times("load is seen", seen, MAX_SEEN_MS) ||
	       check_times("load comes", down, MAX_DOWN_MS) ||
	       check_times("load goes", up, MAX_UP_MS) ? -1 : 0;
}

static int check_end(const char *group, double beside, double alone)
{
	return burn(group, 1) || expect("beside load in its group", beside) || burn__stop() ||
	       expect("that has gone", alone) ? -1 : 0;
}

/* The vCPUs are kept to one CPU each at first. */
static int check_flat(void)
{
	double all = vm.vcpus * CPU, cpus = opt.pcpus * CPU;

	if (expect("each vCPU on a CPU of its own", all) || tiny__roam(&vm) ||
	    expect("in no group", cpus))
		return -1;
	return check_end("", all, cpus);
}

static int check_switch(void)
{
	double cpus = opt.pcpus * CPU;
	int ret = file__write(SWITCH, "N") || expect("switched off", 0);

	return file__write(SWITCH, "Y") || ret || expect("switched on", cpus) ? -1 : 0;
}

static int check_cpus(void)
{
	double cpus = opt.pcpus * CPU;
	int ret;

	if (opt.pcpus < 2)
		return 0;
	if (vm__set_cpus(1) || expect("on one CPU", CPU) || vm__set_cpus(opt.pcpus))
		return -1;
	ret = host__set_cpu("0") || expect("one CPU offline", cpus - CPU);
	return host__set_cpu("1") || ret || expect("all CPUs", cpus) ? -1 : 0;
}

static int check_groups(void)
{
	double cpus = opt.pcpus * CPU;

	if (group__make("vm", "cpu.shares", 1024) || group__make("load", "cpu.shares", 1024) ||
	    vm__enter("vm") || expect("in a group", cpus))
		return -1;
	if (check_steps("load", cpus / 2, cpus) ||
	    check_end("vm", vm.vcpus * CPU, cpus))
		return -1;
	return vm__enter_one_by_one() || expect("a group for each vCPU", cpus) ||
	       check_steps("load", cpus / 2, cpus) ? -1 : 0;
}

static int check_limits(void)
{
	double cpus = opt.pcpus * CPU;
	int quota = 25000 * opt.pcpus, ret;

	if (vm__enter("vm") || group__make("vm", "cpu.cfs_quota_us", quota) ||
	    expect("a quota of a quarter", cpus / 4) || group__make("vm", "cpu.cfs_quota_us", -1) ||
	    burn("load", opt.pcpus))
		return -1;
	ret = group__make("vm", "cpu.shares", 3072) || expect("weights 3:1", cpus * 3 / 4) ||
	      group__make("vm", "cpu.shares", 1024) || expect("weights 1:1", cpus / 2);
	return burn__stop() || ret ? -1 : 0;
}

static int check_all(void)
{
	int ret = check_flat() || check_switch() || check_cpus() ? -1 : 0;

	mkdir(GROUPS, 0755);
	if (ret || mount("cpu", GROUPS, "cgroup", 0, "cpu")) {
		if (!ret)
			out__note("groups: left out, cgroups are in use: %m");
		return ret || strcmp(opt.lab, "metal") ? -1 : 0;
	}
	ret = check_groups() || check_limits();
	burn__stop();
	return ret ? -1 : 0;
}

static int capacity__run(struct vm_set *set)
{
	int ret;

	if (profile__apply(&states[ON], set) || file__write(SWITCH, "Y") ||
	    tiny__start(&vm, VCPUS, TINY_POLITE))
		return EXIT_FAIL;
	ret = check_all();
	burn__stop();
	ret |= tiny__stop(&vm);
	ret |= file__write(SWITCH, "N");
	umount(GROUPS);
	return ret ? EXIT_FAIL : EXIT_PASS;
}

const struct test test_capacity = {
	.name = "capacity",
	.seconds = 600,
	.needs = NEED_PVSCHED,
	.run = capacity__run,
};
