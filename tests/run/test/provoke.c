// SPDX-License-Identifier: GPL-2.0
/*
 * Complaints of a kernel, made on purpose by the kernel's own tools, lkdtm and
 * test_lockup, and by pvsched_complain for what these do not do.
 *
 * Lockdep reports once, and never after another complaint that taints the kernel:
 * so it comes first, before KASAN, which reports once as well.
 */
#include "../out.h"
#include "provoke.h"

#define LKDTM(type)	"echo " type " > /sys/kernel/debug/provoke-crash/DIRECT"
#define RULE(name)	"insmod /provoke/pvsched_complain.ko how=" name
#define LOCKUP(args)	"insmod /provoke/test_lockup.ko " args

const char provoke_has_kcsan[] = "test -e /sys/kernel/debug/kcsan";

#define KERNEL		"/proc/sys/kernel/"
#define RCU_TIMEOUT	"/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout"

const char provoke_setup[] = "echo 0 > " KERNEL "panic_on_oops";

const char provoke_nothing[] = "echo '<3>there is no WARNING: here, and no BUG: either' > /dev/kmsg; "
	"echo '<3>BUG: KCSAN: data-race in one / another' > /dev/kmsg";

const struct complaint complaints[] = {
	{ { "suspicious RCU usage" }, .command = RULE("rcu") },
	{ { "possible circular locking" }, .command = RULE("circular") },
	{ { "KASAN:", "BUG:", "Call Trace:" }, .command = LKDTM("READ_AFTER_FREE") },
	{ { "UBSAN:" }, .command = LKDTM("ARRAY_BOUNDS") },
	{ { "list_add corruption" }, .command = LKDTM("CORRUPT_LIST_ADD") },
	{ { "list_del corruption" }, .command = LKDTM("CORRUPT_LIST_DEL") },
	{ { "refcount_t:", "WARNING:" }, .command = LKDTM("REFCOUNT_INC_ZERO") },
	{ { "unchecked MSR access" }, .command = RULE("msr") },
	{ { "sleeping function called" }, .command = RULE("sleep") },
	{ { "scheduling while atomic" }, .command = RULE("atomic") },
	{ { "INFO: task", "blocked for more than" },
	  .command = "echo 1 > " KERNEL "hung_task_timeout_secs; " LOCKUP("state=D time_secs=4")
	  "; echo 0 > " KERNEL "hung_task_timeout_secs" },
	{ { "soft lockup" },
	  .command = "echo 1 > " KERNEL "watchdog_thresh; " LOCKUP("disable_preempt=1 time_secs=5")
	  "; echo 10 > " KERNEL "watchdog_thresh" },
	/* PROVE_RCU adds 5 s to the least time that can be set. */
	{ { "rcu: INFO:", "detected stall" },
	  .command = "echo 3 > " RCU_TIMEOUT "; " LOCKUP("lock_rcu=1 time_secs=12") "; echo 21 > " RCU_TIMEOUT },
	{ { "kernel BUG at", "Oops:" }, .command = LKDTM("BUG") },
	{ { "general protection fault" }, .command = LKDTM("EXCEPTION") },
	{ { "unable to handle" }, .command = LKDTM("WRITE_RO") },
	{ { "KCSAN:" }, .command = RULE("race"), .kcsan = true },
	{ { "Kernel panic" }, .command = LKDTM("PANIC"), .fatal = true },
	{ },
};

void provoke__tell_left_out(void)
{
	out__note("not provoked: hard LOCKUP, for nothing here ends one; Invalid wait context, "
		  "which lockdep looks for in kernels with PREEMPT_RT's rules; Unexpected #, a fault of "
		  "processors that the lab has not; the other complaints of lockdep, which makes one only; Bad page, "
		  "which kernels without DEBUG_VM do not look for");
}
