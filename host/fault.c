// SPDX-License-Identifier: GPL-2.0
/*
 * Fault injection: drop yields on purpose. That proves that the tests notice, and
 * that guests stay correct when a yield does nothing.
 */
#include <linux/debugfs.h>
#include <linux/fault-inject.h>

#include "internal.h"

static DECLARE_FAULT_ATTR(fail_pvsched_yield);

bool pvsched_drop_yield(void)
{
	return should_fail(&fail_pvsched_yield, 1);
}

static struct dentry *pvsched_fault_dir;

void __init pvsched_fault_init(void)
{
	/* A guest must not be able to fill the log. */
	fail_pvsched_yield.verbose = 0;
	pvsched_fault_dir = fault_create_debugfs_attr("fail_pvsched_yield", NULL,
						      &fail_pvsched_yield);
}

void pvsched_fault_exit(void)
{
	debugfs_remove(pvsched_fault_dir);
}
