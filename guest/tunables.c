// SPDX-License-Identifier: GPL-2.0
/*
 * The spinlock's switch and tunables, and the longest wait that was measured.
 */
#include <linux/debugfs.h>
#include <linux/percpu.h>
#include <linux/sched/clock.h>

#include "internal.h"
#include "lock.h"

u32 pvsched_lock_max_steals __read_mostly = 128;
u32 pvsched_lock_node_spins __read_mostly = 512;
u32 pvsched_lock_yield_after __read_mostly = 16;

bool pvsched_lock __read_mostly;

static bool pvsched_lock_installed __ro_after_init;

static DEFINE_PER_CPU(u64, pvsched_longest_wait);

static int pvsched_set_lock(const char *val, const struct kernel_param *kp)
{
	bool on;

	if (kstrtobool(val, &on))
		return -EINVAL;

	if (on && !pvsched_lock_installed)
		return -EOPNOTSUPP;

	WRITE_ONCE(pvsched_lock, on);

	return 0;
}

static const struct kernel_param_ops pvsched_lock_ops = {
	.set = pvsched_set_lock,
	.get = param_get_bool,
};
module_param_cb(lock, &pvsched_lock_ops, &pvsched_lock, 0644);

/**
 * pvsched_lock_switch_on() - Switch the part on, once it is installed.
 *
 * Without this call the part cannot be switched on at run time either.
 *
 * Context: boot CPU, before the others are up.
 */
void __init pvsched_lock_switch_on(void)
{
	pvsched_lock_installed = true;
	pvsched_lock = true;
}

/**
 * pvsched_note_lock_wait() - Remember a wait if it is the CPU's longest.
 * @start:	local_clock() when the wait began, in nanoseconds
 *
 * Context: preemption off.
 */
void pvsched_note_lock_wait(u64 start)
{
	u64 ns = local_clock() - start;

	if (ns > this_cpu_read(pvsched_longest_wait))
		this_cpu_write(pvsched_longest_wait, ns);
}

static int pvsched_longest_get(void *data, u64 *val)
{
	int cpu;

	*val = 0;
	for_each_possible_cpu(cpu)
		*val = max(*val, per_cpu(pvsched_longest_wait, cpu));

	return 0;
}

/* A write of any value starts over. */
static int pvsched_longest_set(void *data, u64 val)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(pvsched_longest_wait, cpu) = 0;

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(pvsched_longest_fops, pvsched_longest_get, pvsched_longest_set,
			 "%llu\n");

/**
 * pvsched_lock_debugfs() - Make the files of the tunables.
 * @dir:	the debugfs directory of pvsched
 *
 * Context: process.
 */
void __init pvsched_lock_debugfs(struct dentry *dir)
{
	debugfs_create_u32("lock_max_steals", 0644, dir, &pvsched_lock_max_steals);
	debugfs_create_u32("lock_node_spins", 0644, dir, &pvsched_lock_node_spins);
	debugfs_create_u32("lock_yield_after", 0644, dir, &pvsched_lock_yield_after);
	debugfs_create_file_unsafe("lock_longest_wait_ns", 0644, dir, NULL,
				   &pvsched_longest_fops);
}
