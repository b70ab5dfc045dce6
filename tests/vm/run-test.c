// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of host and guest together, one registry, KTAP output.
 *
 * A test that cannot run here is skipped with the reason. Missing data is a
 * failure, and so is a warning in a kernel log. "control" makes the host drop
 * every yield and passes only if the check of "yield-directed" then fails.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pvsched.h>

#include "run.h"

#define FAULTS			"/sys/kernel/debug/fail_pvsched_yield"
#define GUEST_IPI		GUEST_DIR "ipi"
#define GUEST_MEASURE		GUEST_DIR "stats"
#define GUEST_CPU		"/sys/devices/system/cpu/cpu"
#define GUEST_LOCK		GUEST_DIR "lock"
#define GUEST_LOCKTEST		GUEST_FILES "locktest"
#define GUEST_LOCKDEP		"/proc/lockdep_stats"
#define CPUID_KVM_FEATURES	0x40000001

/*
 * Shootdowns all the time, for little: in an emulator with shadow page tables
 * the page faults of a large record may not come to an end before the next one.
 */
#define LOAD			"/bin/ebizzy -m -s 8192 "

#define DEFAULT_WINDOWS		5
#define SWITCHES		40
#define HOTPLUGS		20
#define SUSPENDS		2

/* Of a test whose VM the emulator loses. */
#define TRIES			3
#define LOCK_ROUNDS		12
#define TORTURE_SECONDS		1

/* What a test needs from the host, and whether it is one of "all". */
#define NEED_PVSCHED		(1 << 0)
#define NEED_FAULTS		(1 << 1)
#define NEED_TIME		(1 << 2)	/* or it is not */
#define EXTRA			(1 << 3)	/* it never is */
/* It needs VMs that just booted; it leaves none that the next test could use. */
#define NEED_BOOT		(1 << 4)
#define ENDS			(1 << 5)
/* So many CPUs are possible that some would share a code in a lock word. */
#define MANY_CPUS		(1 << 6)
#define MANY			144

static const char offered[] = "pvsched: offered by this host";
static const char not_offered[] = "pvsched: not offered by this host";

enum { OFF, ON };

/* Everything off and on; and yields alone, for slices lengthen waits. */
static struct profile states[2], yields[2];

static int __printf(1, 2) fail(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out__note("FAIL: %s", text);
	return EXIT_FAIL;
}

static int has_feature(struct vm *vm, int bit)
{
	struct reply reply;
	unsigned long eax;
	int ret = -1;
	char *end;

	if (vm__ask(vm, &reply, "cpuid %#x", CPUID_KVM_FEATURES))
		return -1;
	eax = strtoul(reply.text, &end, 16);
	if (!reply.status && end != reply.text)
		ret = !!(eax & (1U << bit));
	free(reply.text);
	return ret;
}

/* Does the guest's kernel log hold @text? -1 if it cannot be read. */
static int has_message(struct vm *vm, const char *text)
{
	struct reply reply;
	int ret;

	if (vm__ask(vm, &reply, "run dmesg"))
		return -1;
	ret = reply.status ? -1 : !!strstr(reply.text, text);
	free(reply.text);
	return ret;
}

/* Is the guest's part on? -1 if it does not say. */
static int ipi_state(struct vm *vm)
{
	struct reply reply;
	int ret = -1;

	if (vm__ask(vm, &reply, "get " GUEST_IPI))
		return -1;
	if (!reply.status && (reply.text[0] == 'Y' || reply.text[0] == 'N'))
		ret = reply.text[0] == 'Y';
	free(reply.text);
	return ret;
}

static int check_offer(struct vm *vm)
{
	if (has_feature(vm, PVSCHED_FEATURE_YIELD) != 1)
		return fail("the guest sees no CPUID bit %d", PVSCHED_FEATURE_YIELD);
	if (has_feature(vm, PVSCHED_FEATURE_OFF_CPU) != 1)
		return fail("the guest sees no CPUID bit %d", PVSCHED_FEATURE_OFF_CPU);
	if (parts__guest_has(vm) != 1)
		return fail("the guest kernel has no pvsched");
	if (has_message(vm, offered) != 1)
		return fail("the guest does not report \"%s\"", offered);
	if (ipi_state(vm) != 1)
		return fail("part ipi is off after boot");
	return EXIT_PASS;
}

static int test_boot(struct vm_set *set)
{
	struct values vs;

	if (check_offer(&set->vm[0]))
		return EXIT_FAIL;
	if (stats__read(&set->vm[0], &vs))
		return fail("no counters");
	return EXIT_PASS;
}

/* A guest with pvsched on a host without it must leave everything to the base. */
static int check_no_offer(struct vm *vm)
{
	struct reply reply;

	if (has_feature(vm, PVSCHED_FEATURE_YIELD) || has_feature(vm, PVSCHED_FEATURE_OFF_CPU))
		return fail("a stock host shows CPUID bits of pvsched");
	if (has_message(vm, not_offered) != 1)
		return fail("the guest does not report \"%s\"", not_offered);
	if (ipi_state(vm) != 0)
		return fail("part ipi is on, on a stock host");
	if (vm__ask(vm, &reply, "set " GUEST_IPI " Y"))
		return EXIT_FAIL;
	free(reply.text);
	if (!reply.status || ipi_state(vm) != 0)
		return fail("part ipi can be switched on, on a stock host");
	return EXIT_PASS;
}

static int check_zero(const struct window *w, const char *name)
{
	const struct value *v = values__find(&w->all, name);

	if (!v)
		return fail("no counter %s", name);
	return v->value ? fail("%s is %g, not 0", name, v->value) : EXIT_PASS;
}

static int check_pair(struct vm *vm, const struct window *w, bool host, bool guest)
{
	if (host && guest)
		return check_offer(vm);
	if (guest)
		return check_no_offer(vm) || check_zero(w, "hypercalls");
	return host ? check_zero(w, "yields_asked") : EXIT_PASS;
}

static const struct bench load = {
	"load", LOAD "-t %v -S %s", false, { RECORDS_PER_S }
};

/* Whatever the two kernels are: they must work together. */
static int test_pairing(struct vm_set *set)
{
	bool host = parts__host_has();
	int guest = parts__guest_has(&set->vm[0]);
	struct window w;

	if (guest < 0)
		return fail("the guest does not answer");
	out__note("%s guest on %s host", guest ? "pvsched" : "stock",
		  host ? "pvsched" : "stock");
	if (window__run(set, &load, NULL, &w, false))
		return fail("the workload did not run");
	out__note("%g records/s", w.all.v[0].value);
	if (check_pair(&set->vm[0], &w, host, guest))
		return EXIT_FAIL;
	if (vm__poweroff(&set->vm[0]))
		return fail("the guest does not power off");
	return EXIT_PASS;
}

/* What all windows of one state, part off or part on, came to. */
struct behaviour {
	double asked;
	double directed;
	double mean_wait_ns[32];
	int windows;
};

static int behaviour__add(struct behaviour *b, const struct window *w)
{
	const struct value *asked = values__find(&w->all, "yields_asked");
	const struct value *directed = values__find(&w->all, "yields_directed");
	const struct value *waits = values__find(&w->all, "ipi_waits");
	const struct value *ns = values__find(&w->all, "ipi_wait_ns");

	if (!asked || !directed || !waits || !ns)
		return fail("no counters of yields or waits");
	if (!waits->value)
		return fail("no wait for an IPI was measured");
	b->asked += asked->value;
	b->directed += directed->value;
	b->mean_wait_ns[b->windows++] = ns->value / waits->value;
	return 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double behaviour__wait(const struct behaviour *b)
{
	double sorted[ARRAY_SIZE(b->mean_wait_ns)];

	memcpy(sorted, b->mean_wait_ns, sizeof(sorted));
	qsort(sorted, b->windows, sizeof(double), compare);
	return (sorted[b->windows / 2] + sorted[(b->windows - 1) / 2]) / 2;
}

/* Measure with the part off and on, in turn. Nonzero: data is missing. */
static int behaviour__measure(struct vm_set *set, struct behaviour *b)
{
	int windows = opt.windows ?: DEFAULT_WINDOWS;
	struct window w;
	int i, state;

	memset(b, 0, 2 * sizeof(*b));
	if (windows > (int)ARRAY_SIZE(b->mean_wait_ns))
		return fail("more than %zu windows", ARRAY_SIZE(b->mean_wait_ns));
	if (vm__do(&set->vm[0], "set " GUEST_MEASURE " Y"))
		return EXIT_FAIL;
	for (i = 0; i < 2 * windows; i++) {
		state = (i + i / 2) % 2;
		if (window__run(set, &ebizzy, &yields[state], &w, false) ||
		    behaviour__add(&b[state], &w))
			return fail("window %d of %d has no result", i + 1, 2 * windows);
		out__note("window %d of %d, %s: mean wait %.0f ns", i + 1, 2 * windows,
			  yields[state].name, b[state].mean_wait_ns[b[state].windows - 1]);
	}
	for (state = OFF; state <= ON; state++)
		out__note("%s: asked %g, directed %g, median of the mean wait %.0f ns",
			  yields[state].name, b[state].asked, b[state].directed,
			  behaviour__wait(&b[state]));
	return 0;
}

/* An emulator in real time says nothing of how long anything takes. */
bool times_mean_something(void)
{
	return strcmp(opt.lab, "tcg");
}

/* What is wrong with the behaviour, or NULL. */
static const char *behaviour__judge(const struct behaviour *b)
{
	if (b[OFF].asked || b[OFF].directed)
		return "yields with the part off";
	if (!b[ON].asked)
		return "no yield was asked for";
	if (!b[ON].directed)
		return "no yield was directed";
	if (times_mean_something() &&
	    behaviour__wait(&b[ON]) >= behaviour__wait(&b[OFF]))
		return "waits are not shorter with the part on";
	return NULL;
}

static int test_yield_directed(struct vm_set *set)
{
	struct behaviour b[2];
	const char *wrong;

	if (behaviour__measure(set, b))
		return EXIT_FAIL;
	wrong = behaviour__judge(b);
	return wrong ? fail("%s", wrong) : EXIT_PASS;
}

static int faults__set(const char *probability)
{
	if (file__write(FAULTS "/times", "-1") || file__write(FAULTS "/verbose", "0") ||
	    file__write(FAULTS "/probability", probability))
		return fail("cannot set " FAULTS ": %m");
	return 0;
}

static int test_control(struct vm_set *set)
{
	struct behaviour b[2];
	const char *wrong;
	int ret;

	ret = faults__set("100");
	if (!ret)
		ret = behaviour__measure(set, b);
	ret |= faults__set("0");
	if (ret)
		return EXIT_FAIL;
	if (!b[ON].asked)
		return fail("no yield was asked for, so none was dropped");
	wrong = behaviour__judge(b);
	if (!wrong)
		return fail("the host drops all yields, and the check does not notice");
	out__note("the check notices: %s", wrong);
	return EXIT_PASS;
}

static int load__start(struct vm *vm)
{
	return vm__do(vm, "bg " LOAD "-t %d -S 100000", vm->vcpus);
}

/* The load must have lived until now, and yields must work after all that. */
static int check_alive(struct vm_set *set)
{
	const struct value *asked;
	struct window w;

	if (vm__do(&set->vm[0], "kill"))
		return fail("the load had ended");
	if (window__run(set, &load, &states[ON], &w, false))
		return fail("the workload did not run");
	asked = values__find(&w.all, "yields_asked");
	if (!asked || !asked->value)
		return fail("no more yields afterwards");
	out__note("afterwards: %g records/s, %g yields asked", w.all.v[0].value, asked->value);
	return EXIT_PASS;
}

static int test_switch(struct vm_set *set)
{
	int i;

	if (load__start(&set->vm[0]))
		return EXIT_FAIL;
	for (i = 1; i <= SWITCHES; i++) {
		if (parts__switch(set, &states[i % 2]))
			return fail("switch %d of %d did not work", i, SWITCHES);
		if (i % 10 == 0)
			out__note("switched %d of %d times", i, SWITCHES);
	}
	return check_alive(set);
}

static int test_hotplug(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	int i, cpu;

	if (load__start(vm))
		return EXIT_FAIL;
	for (i = 0; i < HOTPLUGS; i++) {
		cpu = 1 + i % (vm->vcpus - 1);
		if (vm__do(vm, "set " GUEST_CPU "%d/online 0", cpu) ||
		    vm__do(vm, "set " GUEST_CPU "%d/online 1", cpu))
			return fail("CPU %d did not go and come back", cpu);
		out__note("CPU %d went and came back", cpu);
	}
	return check_alive(set);
}

/* The counter @name of all VMs while locktest ran once, or -1. */
static double lock__count(struct vm_set *set, bool on, const char *name)
{
	static const struct bench locktest = {
		"locktest", "echo 0 100 100 1 1000 > " GUEST_LOCKTEST " && cat " GUEST_LOCKTEST,
		false, { { "acquisitions_per_s #", "acquisitions_per_s", "1/s", TOTAL_SUM } }
	};
	const struct value *v;
	struct window w;

	if (vm__do(&set->vm[0], "set " GUEST_LOCK " %c", on ? 'Y' : 'N') ||
	    window__run(set, &locktest, NULL, &w, false))
		return -1;
	v = values__find(&w.all, name);
	if (v)
		out__note("part lock %s: %g acquisitions/s, %s %g", on ? "on" : "off",
			  w.all.v[0].value, name, v->value);
	return v ? v->value : -1;
}

/* While on, heads that are off CPU are yielded to; while off, never. */
static int check_lock_yields(struct vm_set *set)
{
	if (lock__count(set, true, "lock_head_yields") <= 0)
		return fail("no yield to the head of a lock with the part on");
	if (lock__count(set, false, "lock_head_yields") != 0)
		return fail("yields to the head of a lock with the part off, or no counter");
	return EXIT_PASS;
}

/*
 * Our own torture: one lock, all vCPUs, one of them gone now and then, the part
 * switched, and half of the yields dropped. locktest itself notices two holders.
 */
static int lock__disturb(struct vm *vm)
{
	int i, cpu;

	if (vm__do(vm, "bg while :; do echo %d 50 50 1 400 > %s || exit 1; done",
		   vm->vcpus, GUEST_LOCKTEST))
		return EXIT_FAIL;
	for (i = 0; i < LOCK_ROUNDS; i++) {
		cpu = 1 + i % (vm->vcpus - 1);
		if (vm__do(vm, "set " GUEST_CPU "%d/online 0", cpu) ||
		    vm__do(vm, "set " GUEST_LOCK " %c", i % 3 ? 'Y' : 'N') ||
		    vm__do(vm, "set " GUEST_CPU "%d/online 1", cpu))
			return fail("round %d of %d did not work", i + 1, LOCK_ROUNDS);
	}
	return vm__do(vm, "kill") ? fail("locktest found damage, or ended") : EXIT_PASS;
}

static int test_lock(struct vm_set *set)
{
	int ret = faults__set("50");

	if (!ret)
		ret = lock__disturb(&set->vm[0]);
	return faults__set("0") || ret ? EXIT_FAIL : check_lock_yields(set);
}

/*
 * The kernel's own torture of one kind of lock, with a writer for each vCPU, and
 * CPUs that come and go; but not where more are possible than are there, for it
 * brings those up, too, and dereferences NULL.
 */
static int torture__run(struct vm *vm, const char *type)
{
	struct reply reply;
	int ret;

	if (vm__do(vm, "run dmesg -c") ||
	    vm__do(vm, "run insmod /modules/torture.ko && insmod /modules/locktorture.ko torture_type=%s "
		   "nwriters_stress=%d stat_interval=0 onoff_interval=%d onoff_holdoff=1",
		   type, vm->vcpus, !vm->possible))
		return EXIT_FAIL;
	if (vm__do(vm, "run sleep %d", TORTURE_SECONDS) ||
	    vm__do(vm, "run rmmod locktorture && rmmod torture") ||
	    vm__ask(vm, &reply, "run dmesg"))
		return EXIT_FAIL;
	ret = strstr(reply.text, "End of test: SUCCESS") ? EXIT_PASS :
		fail("%s: no \"End of test: SUCCESS\": %.300s", type, reply.text);
	free(reply.text);
	out__note("locktorture of %s: %s", type, ret ? "failed" : "success");
	return ret;
}

/* Empties the guest's log, which the tests that follow may want to read. */
static int test_locktorture(struct vm_set *set)
{
	static const char *const types[] = {
		"spin_lock", "spin_lock_irq", "rw_lock", "rtmutex_lock",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (torture__run(&set->vm[0], types[i]))
			return EXIT_FAIL;
	return EXIT_PASS;
}

/*
 * The guest's own files, packed once more, are the next kernel's, without those
 * that it does not need. Nothing is hashed before the jump and after it, which
 * takes longer than all else.
 */
#define KEXEC_FILES	"find . -xdev ! -path './tmp/*' ! -path './boot/*' ! -path './modules/*'"
#define KEXEC_LOAD	"cd / && " KEXEC_FILES " | cpio -o -H newc > /tmp/next.cpio && "	\
			"kexec -l --no-checks /boot/guest --initrd=/tmp/next.cpio --reuse-cmdline"

/*
 * A kernel that another one started registers anew; one whose registrations had
 * outlived it would find the host writing into its memory.
 */
static int test_kexec(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];

	if (vm__do(vm, "run touch /tmp/before") || vm__do(vm, "run " KEXEC_LOAD) ||
	    vm__do(vm, "bg kexec -e") || vm__await_restart(vm))
		return fail("the next kernel does not come up");
	if (vm__do(vm, "run test ! -e /tmp/before"))
		return fail("the kernel is still the first one");
	return test_boot(set);
}

/*
 * Every vCPU takes its record of steal time down before it goes, and registers
 * one when it is back.
 */
static int check_records(struct vm_set *set, const char *what, int count)
{
	int down, up;

	if (records__count(&down, &up))
		return EXIT_FAIL;
	out__note("%s: %d records of steal time went, %d came", what, down, up);
	return down == count && up == count ? EXIT_PASS :
		fail("%s: %d should have gone and come of %d vCPUs", what, count,
		     set->vm[0].vcpus);
}

static int test_suspend(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	int i;

	if (load__start(vm) || records__watch() || vm__do(vm, "run sleep 1") ||
	    check_records(set, "awake", 0) || records__watch())
		return EXIT_FAIL;
	for (i = 1; i <= SUSPENDS; i++) {
		if (vm__suspend(vm))
			return fail("suspend %d of %d did not work", i, SUSPENDS);
		out__note("slept and woke up %d of %d times", i, SUSPENDS);
	}
	return check_records(set, "suspended", SUSPENDS * vm->vcpus) || check_alive(set);
}

/* Lockdep switches itself off when it has found something. */
static int check_lockdep(struct vm *vm)
{
	if (vm__do(vm, "run grep -q 'debug_locks: *1$' " GUEST_LOCKDEP))
		return fail("lockdep is not on; is the guest kernel that of make check-lockdep?");
	return EXIT_PASS;
}

/* The kernel tests lockdep at boot, with locks that are abused. */
static int check_lockdep_finds(struct vm *vm)
{
	if (vm__do(vm, "run dmesg | grep -q 'Good, all [0-9]* testcases passed'"))
		return fail("lockdep did not find at boot what it is tested with");
	return EXIT_PASS;
}

static int check_possible(struct vm *vm)
{
	if (vm__do(vm, "run grep -qx 0-%d /sys/devices/system/cpu/possible", vm->possible - 1))
		return fail("%d CPUs should be possible in the guest", vm->possible);
	return EXIT_PASS;
}

static int test_lockdep(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];

	if (check_possible(vm) || check_lockdep_finds(vm) || check_lockdep(vm) || test_lock(set) ||
	    test_locktorture(set))
		return EXIT_FAIL;
	return check_lockdep(vm);
}

/* Makes VMs of its own. */
static int test_fairness(struct vm_set *set)
{
	if (parts__switch(set, &states[ON]))
		return EXIT_FAIL;
	return fair__test();
}

static int test_slices(struct vm_set *set)
{
	if (parts__switch(set, &states[ON]))
		return EXIT_FAIL;
	return slice__test();
}

static int test_rough(struct vm_set *set)
{
	if (parts__switch(set, &states[ON]))
		return EXIT_FAIL;
	return rough__test();
}

/* Each runs in @vms VMs of @factor vCPUs a CPU, for @seconds at most. */
static const struct test {
	const char *name;
	int vms;
	int factor;
	int seconds;
	int needs;
	int (*run)(struct vm_set *set);
} tests[] = {
	{ "boot", 1, 2, 300, NEED_PVSCHED | NEED_BOOT, test_boot },
	{ "switch", 1, 2, 600, NEED_PVSCHED, test_switch },
	{ "hotplug", 1, 2, 600, NEED_PVSCHED, test_hotplug },
	{ "suspend", 1, 2, 600, NEED_PVSCHED, test_suspend },
	{ "lock", 1, 2, 600, NEED_PVSCHED | NEED_FAULTS, test_lock },
	{ "locktorture", 1, 2, 600, NEED_PVSCHED | ENDS, test_locktorture },
	{ "yield-directed", 1, 2, 600, NEED_PVSCHED | NEED_TIME, test_yield_directed },
	{ "control", 1, 2, 600, NEED_PVSCHED | NEED_FAULTS | NEED_TIME, test_control },
	{ "kexec", 1, 2, 600, NEED_PVSCHED, test_kexec },
	{ "pairing", 1, 2, 300, ENDS, test_pairing },
	{ "fairness", 0, 0, 600, NEED_PVSCHED, test_fairness },
	{ "slices", 0, 0, 300, NEED_PVSCHED | NEED_TIME, test_slices },
	{ "rough-host", 0, 0, 600, NEED_PVSCHED, test_rough },
	{ "lockdep", 1, 2, 1500, NEED_PVSCHED | NEED_FAULTS | EXTRA | MANY_CPUS, test_lockdep },
};

void test__list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		out__line("test %s: %d VMs of %d vCPUs a CPU, at most %d s%s",
			  tests[i].name, tests[i].vms, tests[i].factor,
			  tests[i].seconds, tests[i].needs & EXTRA ? "; not one of all" : "");
}

static const struct test *test__find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (!strcmp(tests[i].name, name))
			return &tests[i];
	return NULL;
}

/* What this host lacks for @test, or NULL. */
static const char *test__lacks(const struct test *test)
{
	if ((test->needs & NEED_PVSCHED) && !parts__host_has())
		return "the host kernel has no pvsched";
	if ((test->needs & NEED_FAULTS) && access(FAULTS, F_OK))
		return "the host kernel has no CONFIG_FAULT_INJECTION_DEBUG_FS";
	return NULL;
}

/* Those of the last test, and whether it left them to the next one. */
static struct vm_set vms;
static bool vms_left;

static int test__init_vms(const struct test *test)
{
	int i;

	if (vms_left)
		return 0;
	memset(&vms, 0, sizeof(vms));
	if (test->vms && vms__init(&vms, test->vms, test->factor * opt.pcpus, 0))
		return -1;
	for (i = 0; i < vms.count && test->needs & MANY_CPUS; i++)
		vms.vm[i].possible = MANY;
	return 0;
}

/* To boot takes long in an emulator: may @next go on in the VMs of @test? */
static bool test__leaves_vms(const struct test *test, const struct test *next)
{
	if (!next || test__lacks(next) || (test->needs & ENDS) || (next->needs & NEED_BOOT))
		return false;
	return test->vms && test->vms == next->vms && test->factor == next->factor &&
	       !((test->needs ^ next->needs) & MANY_CPUS);
}

static int test__in_vms(const struct test *test, const struct test *next)
{
	int ret;

	vm__limit(test->seconds);
	ret = vms_left ? parts__switch(&vms, &states[ON]) : vms__start(&vms, NULL);
	ret = ret ? EXIT_FAIL : test->run(&vms);
	vms_left = !ret && test__leaves_vms(test, next);
	if (!vms_left)
		vms__stop(&vms);
	if (log__check(&vms))
		ret = fail("warnings in the kernel logs, see above");
	if (!vms_left)
		vms__remove(&vms);
	return ret;
}

/*
 * An emulator in real time may lose a VM, on a machine that is short of CPU.
 * That says nothing of the test; it is noted, and the test is run again.
 */
static bool emulator__lost(void)
{
	int i;

	for (i = 0; !strcmp(opt.lab, "tcg") && i < vms.count; i++)
		if (vms.vm[i].lost)
			return true;
	return false;
}

static int test__try(const struct test *test, const struct test *next)
{
	int try, ret;

	for (try = 1; ; try++) {
		if (test__init_vms(test))
			return EXIT_FAIL;
		ret = test__in_vms(test, next);
		if (!ret || try == TRIES || !emulator__lost())
			return ret;
		out__note("%s: the emulator lost a VM in try %d of %d", test->name,
			  try, TRIES);
	}
}

/*
 * In an emulated lab the host kernel is ours to choose, and one that lacks
 * something is a broken build. On a user's machine it is a reason to skip.
 */
static int test__run(const struct test *test, const struct test *next, int number)
{
	const char *lacks = test__lacks(test);
	double start = now();
	int ret;

	if (lacks && !strcmp(opt.lab, "metal")) {
		out__line("ok %d %s # SKIP %s", number, test->name, lacks);
		return EXIT_SKIP;
	}
	ret = lacks ? fail("%s", lacks) : test__try(test, next);
	out__note("%s took %.1f s", test->name, now() - start);
	out__line("%sok %d %s", ret ? "not " : "", number, test->name);
	return ret;
}

static int test__dry_run(const struct test *test)
{
	out__note("%s", test->name);
	if (test__init_vms(test))
		return EXIT_FAIL;
	vms__print(&vms, NULL);
	return EXIT_PASS;
}

/* Is it one of "all"? */
static bool test__is_usual(const struct test *test)
{
	return !(test->needs & EXTRA) && (times_mean_something() || !(test->needs & NEED_TIME));
}

/* The tests called for, or NULL when a name is unknown. */
static const struct test **test__choose(int argc, char **argv, int *count)
{
	static const struct test *chosen[64];	/* ends with NULL */
	int i;

	*count = 0;
	if (argc == 2 && !strcmp(argv[1], "all")) {
		for (i = 0; i < (int)ARRAY_SIZE(tests); i++)
			if (test__is_usual(&tests[i]))
				chosen[(*count)++] = &tests[i];
		return chosen;
	}
	for (i = 1; i < argc && i < (int)ARRAY_SIZE(chosen) - 1; i++) {
		chosen[(*count)++] = test__find(argv[i]);
		if (!chosen[i - 1])
			return NULL;
	}
	return *count ? chosen : NULL;
}

/* test NAME... */
int test__main(int argc, char **argv)
{
	int i, count, failed = 0, skipped = 0;
	const struct test **chosen;

	chosen = test__choose(argc, argv, &count);
	if (!chosen || profiles__parse("stock,pvsched", states) != 2 ||
	    profiles__parse("stock,ipi+off_cpu+boost", yields) != 2) {
		out__error("test needs names of tests, or all; see pvrun --list (make list)");
		return EXIT_FAIL;
	}
	if (!opt.dry_run)
		out__line("KTAP version 1\n1..%d", count);
	for (i = 0; i < count; i++) {
		int ret = opt.dry_run ? test__dry_run(chosen[i]) :
					test__run(chosen[i], chosen[i + 1], i + 1);

		failed += ret == EXIT_FAIL;
		skipped += ret == EXIT_SKIP;
	}
	if (failed)
		return EXIT_FAIL;
	return skipped == count ? EXIT_SKIP : EXIT_PASS;
}
