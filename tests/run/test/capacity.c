// SPDX-License-Identifier: GPL-2.0
/*
 * What the host says that a VM can have. A tiny VM with four vCPUs for each CPU has all
 * CPUs, also beside load in another cgroup. It has less at once with fewer CPUs, and with a
 * quota that throttles it. Where its vCPUs compete one by one, or not at all with each other,
 * it is told "all": in one group with other load, or below one quota with it, kept to single
 * CPUs. Switched off, nothing is said.
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
#define SETTLE_US	300000
#define STEADY_US	300000

/* Milliseconds until CPUs that go, and that come, have their effect: medians of so many */
#define MAX_DOWN_MS	20.0
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

/*
 * On a host whose kernel checks itself what its threads do is load beside the VM, for which
 * "all" is right.
 */
static bool is_right(double seen, double number)
{
	return (seen <= number + CPU / 16 && seen >= number - CPU / 16) ||
	       (number && !times_mean_something() && seen == vm.vcpus * CPU);
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
	if (!is_right(seen, number))
		return fail_figure("%s: %.2f CPUs, of %.2f", what, seen / CPU, number / CPU);
	return 0;
}

/* Of the changes since @begin: when did the last one end that led to @number? */
struct step {
	double begin, number;
	double end;
	bool arrived;
};

/* "... 63.012345: pvsched_capacity: vcpu 0 capacity 2048 before 1024 by cpus" */
static void step__see(const char *line, void *arg)
{
	const char *event = strstr(line, ": pvsched_capacity: "), *time = event;
	struct step *step = arg;
	double number;
	bool near;

	if (!event || sscanf(event, ": pvsched_capacity: vcpu %*d capacity %lf before %*d",
			     &number) != 1)
		return;
	while (time > line && time[-1] != ' ')
		time--;
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

/* Milliseconds until a change of the VM's CPUs has its effect */
static int step__cpus(int count, double *ms)
{
	struct step step;

	if (step__begin(&step, count * CPU) || vm__set_cpus(count))
		return -1;
	/* The last vCPU's affinity is set now, and before that they differ. */
	step.begin = now();
	return step__end(&step, "CPUs change", ms) ||
	       expect("then", count * CPU) ? -1 : 0;
}

static int check_times(const char *what, double *ms, double limit)
{
	double median = median_of(ms, STEPS);

	out__note("%s: %.1f ms (%.1f-%.1f)", what, median, ms[0], ms[STEPS - 1]);
	if (times_mean_something() && median > limit)
		return fail_figure("%s: %.1f ms and not %.1f", what, median, limit);
	return 0;
}

static int check_steps(void)
{
	double down[STEPS], up[STEPS];
	int i;

	for (i = 0; i < STEPS; i++)
		if (step__cpus(1, &down[i]) || step__cpus(opt.pcpus, &up[i]))
			return -1;
	return check_times("CPUs go", down, MAX_DOWN_MS) ||
	       check_times("CPUs come", up, MAX_UP_MS) ? -1 : 0;
}

/* Load elsewhere leaves the VM its CPUs. */
static int check_beside(const char *group, double cpus)
{
	return burn(group, opt.pcpus) || expect("beside load", cpus) || burn__stop() ||
	       expect("alone", cpus) ? -1 : 0;
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
	if (check_steps())
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
	if (check_beside("load", cpus) || check_end("vm", vm.vcpus * CPU, cpus))
		return -1;
	return vm__enter_one_by_one() || expect("a group for each vCPU", cpus) ||
	       check_beside("load", cpus) ? -1 : 0;
}

static int check_quota(void)
{
	double cpus = opt.pcpus * CPU;
	int quota = 25000 * opt.pcpus;

	return vm__enter("vm") || group__make("vm", "cpu.cfs_quota_us", quota) ||
	       expect("a quota of a quarter", cpus / 4) ||
	       group__make("vm", "cpu.cfs_quota_us", -1) || expect("no quota", cpus) ? -1 : 0;
}

/* One quota for the VM and for load */
static int check_pool(void)
{
	int quota = 50000 * opt.pcpus, ret;

	if (group__make("pool", "cpu.cfs_quota_us", quota) ||
	    group__make("pool/vm", "cpu.shares", 1024) ||
	    group__make("pool/load", "cpu.shares", 1024) || vm__enter("pool/vm") ||
	    expect("a quota above", quota / 100000.0 * CPU) || burn("pool/load", opt.pcpus))
		return -1;
	ret = expect("a quota that load uses up", vm.vcpus * CPU);
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
	ret = check_groups() || check_quota() || check_pool();
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
