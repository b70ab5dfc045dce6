// SPDX-License-Identifier: GPL-2.0
/*
 * What VMs get and wait for, and how their yields fare: from one reading to the
 * next. A VM that was not there in both, or whose numbers fell because a vCPU was
 * unplugged, is left out of one report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "delay.h"
#include "host.h"
#include "json.h"
#include "sys.h"
#include "top.h"
#include "vm.h"

struct reading {
	struct vms vms;
	struct delay delay;
};

/* From one reading to the next */
struct report {
	double seconds;
	int cpus;
	bool hidden;
	struct vm *vm;		/* with differences in place of sums */
	int count;
	struct vm all;
	bool delayed;		/* there were yields to time */
	uint64_t median_ns, p99_ns;
};

static void reading__take(struct reading *r)
{
	vms__read(&r->vms);
	delay__read(&r->delay);
}

static const struct vm *vms__find(const struct vms *vms, const struct vm *vm)
{
	int i;

	for (i = 0; i < vms->count; i++)
		if (vms->vm[i].pid == vm->pid && vms->vm[i].fd == vm->fd &&
		    vms->vm[i].started == vm->started)
			return &vms->vm[i];
	return NULL;
}

/* Turn sums into differences. Return: false if one would be negative. */
static bool vm__subtract(struct vm *vm, const struct vm *before)
{
	int i;

	if (!before || vm->run_ns < before->run_ns || vm->wait_ns < before->wait_ns)
		return false;
	vm->run_ns -= before->run_ns;
	vm->wait_ns -= before->wait_ns;
	for (i = 0; i < VM_SUMS; i++) {
		if (vm->counter[i] < before->counter[i])
			return false;
		vm->counter[i] -= before->counter[i];
	}
	return true;
}

static void vm__add(struct vm *all, const struct vm *vm)
{
	int i;

	all->vcpus += vm->vcpus;
	all->timed |= vm->timed;
	all->counted |= vm->counted;
	all->pvsched |= vm->pvsched;
	all->run_ns += vm->run_ns;
	all->wait_ns += vm->wait_ns;
	for (i = 0; i < VM_COUNTERS; i++)
		all->counter[i] += vm->counter[i];
}

static void report__add_vms(struct report *r, const struct vms *before, const struct vms *now)
{
	int i;

	r->vm = calloc(now->count + 1, sizeof(*r->vm));
	if (!r->vm) {
		complain(0, "no memory");
		exit(EXIT_PARTLY);
	}
	for (i = 0; i < now->count; i++) {
		struct vm *vm = &r->vm[r->count];

		*vm = now->vm[i];
		if (!vm__subtract(vm, vms__find(before, vm)))
			continue;
		vm__add(&r->all, vm);
		r->count++;
	}
}

static void report__make(struct report *r, const struct reading *before, const struct reading *now)
{
	*r = (struct report){ .hidden = now->vms.hidden, .all.name = "all" };
	r->seconds = (now->vms.at - before->vms.at) / 1e9;
	r->cpus = sys__count_cpus("/sys/devices/system/cpu/online");
	report__add_vms(r, &before->vms, &now->vms);
	r->delayed = delay__between(&before->delay, &now->delay, 50, &r->median_ns) &&
		     delay__between(&before->delay, &now->delay, 99, &r->p99_ns);
}

static double vm__stuck_percent(const struct vm *vm)
{
	uint64_t stuck = vm->counter[YIELDS_STUCK];
	uint64_t sum = stuck + vm->counter[YIELDS_IGNORED] + vm->counter[YIELDS_BOUNCED];

	return sum ? 100.0 * stuck / sum : -1;
}

/* Negative: unknown */
static void column__print(int width, int digits, double value)
{
	if (value < 0)
		printf(" %*s", width, "-");
	else
		printf(" %*.*f", width, digits, value);
}

static void vm__print(const struct vm *vm, double seconds)
{
	const uint64_t *n = vm->counter;

	printf("%-20.20s", vm->name);
	column__print(8, 0, vm->pid ? vm->pid : -1);
	column__print(6, 0, vm->vcpus);
	column__print(7, 2, vm->timed ? vm->run_ns / 1e9 / seconds : -1);
	column__print(6, 1, vm->timed ? wait__percent(vm->run_ns, vm->wait_ns) : -1);
	column__print(6, 2, n[CAPACITY] ? n[CAPACITY] / 1024.0 : -1);
	column__print(9, 1, vm->counted ? (n[YIELDS_ASKED] + n[BASE_ASKED]) / seconds : -1);
	column__print(9, 1, vm->counted ? (n[YIELDS_GRANTED] + n[BASE_GRANTED]) / seconds : -1);
	column__print(7, 1, vm__stuck_percent(vm));
	putchar('\n');
}

static void report__print(const struct report *r)
{
	int i;

	printf("CPUs: %d, VMs: %d, vCPUs: %d", r->cpus, r->count, r->all.vcpus);
	if (r->delayed)
		printf("; from yield to run: median %.1f us, 99%% %.1f us", r->median_ns / 1e3,
		       r->p99_ns / 1e3);
	printf("\n%-20s %8s %6s %7s %6s %6s %9s %9s %7s\n", "VM", "PID", "VCPUS", "CPUS", "WAIT%",
	       "CAN", "ASKED/s", "GRANTED/s", "STUCK%");
	for (i = 0; i < r->count; i++)
		vm__print(&r->vm[i], r->seconds);
	if (r->count > 1)
		vm__print(&r->all, r->seconds);
	if (r->hidden)
		printf("VMs of other users may be missing; become root to see all, and their yields\n");
	else if (r->count && !r->all.counted)
		printf("KVM's counters cannot be read: become root, mount debugfs; on a host that is locked down use QEMU 8.1 or newer\n");
}

static void counter__json(const char *key, const struct vm *vm, bool known, enum vm_counter counter)
{
	if (known)
		json__count(key, vm->counter[counter]);
	else
		json__null(key);
}

static void vm__json(const char *key, const struct vm *vm)
{
	json__open(key, '{');
	if (vm->pid) {
		json__text("name", vm->name);
		json__count("pid", vm->pid);
	}
	json__count("vcpus", vm->vcpus);
	json__decimal("run_seconds", vm->timed ? vm->run_ns / 1e9 : -1);
	json__decimal("wait_seconds", vm->timed ? vm->wait_ns / 1e9 : -1);
	json__decimal("wait_percent", vm->timed ? wait__percent(vm->run_ns, vm->wait_ns) : -1);
	json__decimal("can_have_cpus", vm->counter[CAPACITY] ? vm->counter[CAPACITY] / 1024.0 : -1);
	counter__json("yields_asked", vm, vm->pvsched, YIELDS_ASKED);
	counter__json("yields_granted", vm, vm->pvsched, YIELDS_GRANTED);
	counter__json("yields_refused", vm, vm->pvsched, YIELDS_REFUSED);
	counter__json("yields_stuck", vm, vm->pvsched, YIELDS_STUCK);
	counter__json("yields_ignored", vm, vm->pvsched, YIELDS_IGNORED);
	counter__json("yields_bounced", vm, vm->pvsched, YIELDS_BOUNCED);
	counter__json("base_yields_asked", vm, vm->counted, BASE_ASKED);
	counter__json("base_yields_granted", vm, vm->counted, BASE_GRANTED);
	json__close('}');
}

static void report__json(const struct report *r)
{
	int i;

	json__open(NULL, '{');
	json__decimal("time", time(NULL));
	json__decimal("seconds", r->seconds);
	json__count("cpus", r->cpus);
	json__bool("complete", !r->hidden);
	json__decimal("yield_to_run_us_median", r->delayed ? r->median_ns / 1e3 : -1);
	json__decimal("yield_to_run_us_p99", r->delayed ? r->p99_ns / 1e3 : -1);
	vm__json("all", &r->all);
	json__open("vms", '[');
	for (i = 0; i < r->count; i++)
		vm__json(NULL, &r->vm[i]);
	json__close(']');
	json__close('}');
}

static void top__sleep(double seconds)
{
	struct timespec ts = { .tv_sec = seconds };

	ts.tv_nsec = (seconds - ts.tv_sec) * 1e9;
	nanosleep(&ts, NULL);
}

/* Return: false when it cannot be printed. */
static bool top__report(const struct options *opt, const struct reading *before,
			const struct reading *now)
{
	struct report r;

	report__make(&r, before, now);
	if (opt->json)
		report__json(&r);
	else
		report__print(&r);
	free(r.vm);
	return !fflush(stdout);
}

int top__main(const struct options *opt)
{
	bool live = !opt->json && isatty(STDOUT_FILENO), go_on = true;
	struct reading before, now;
	struct host host;
	int i;

	host__look(&host);
	if (!host.kvm)
		return complain(EXIT_NO_KVM, "no VM can run here: %s", host__missing());
	reading__take(&before);
	for (i = 0; go_on && (!opt->count || i < opt->count); i++) {
		top__sleep(opt->seconds);
		reading__take(&now);
		if (live)
			printf("\033[H\033[2J");
		else if (i && !opt->json)
			putchar('\n');
		go_on = top__report(opt, &before, &now);
		vms__free(&before.vms);
		before = now;
	}
	vms__free(&before.vms);
	return go_on ? EXIT_ON : EXIT_PARTLY;
}
