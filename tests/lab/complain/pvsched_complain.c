// SPDX-License-Identifier: GPL-2.0
/*
 * Complaints of the kernel, made on purpose: what neither lkdtm nor test_lockup
 * provokes. "insmod pvsched_complain.ko how=NAME" breaks one rule without harm, and
 * fails then, so that no module stays. For tests of what reads kernel logs.
 *
 * Lockdep reports once and switches itself off: so there is one rule for it, which
 * has to come before whatever else makes it do so.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include <asm/msr.h>

static char *how = "";
module_param(how, charp, 0400);
MODULE_PARM_DESC(how, "name of the rule that is broken");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

/* Two locks in both orders, at different times */
static void complain_circular(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void complain_rcu(void)
{
	static int __rcu *pointer;

	(void)rcu_dereference(pointer);
}

static void complain_sleep(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
}

static void complain_atomic(void)
{
	preempt_disable();
	schedule();
	preempt_enable();
}

/* A bit that no processor knows; one that ignores it leaves the others as they are. */
static void complain_msr(void)
{
	u64 efer;

	rdmsrl(MSR_EFER, efer);
	wrmsrl(MSR_EFER, efer | BIT_ULL(63));
}

static unsigned long raced;

static void race(void *unused)
{
	int i;

	for (i = 0; i < 100000; i++) {
		raced++;
		barrier();
	}
}

/* All CPUs change one word at the same time, and none marks it. */
static void complain_race(void)
{
	on_each_cpu(race, NULL, true);
}

static const struct {
	const char *how;
	void (*break_it)(void);
} rules[] = {
	{ "circular", complain_circular },
	{ "rcu", complain_rcu },
	{ "sleep", complain_sleep },
	{ "atomic", complain_atomic },
	{ "msr", complain_msr },
	{ "race", complain_race },
};

static int __init complain_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (strcmp(rules[i].how, how))
			continue;
		rules[i].break_it();
		return -EAGAIN;
	}
	pr_err("no rule is called '%s'\n", how);
	return -EINVAL;
}
module_init(complain_init);

MODULE_DESCRIPTION("Complaints of the kernel, made on purpose");
MODULE_LICENSE("GPL");
