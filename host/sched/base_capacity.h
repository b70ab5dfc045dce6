/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where base kernels differ, for what a VM can have. A base is named by its version; what is
 * here for the older one goes when that does.
 */
#include <linux/version.h>

#if LINUX_VERSION_MAJOR >= 7

/*
 * The weight of a group is for each CPU that it has a task for. So a group has as much of
 * each CPU whatever it does on the others, and less in all with tasks for fewer CPUs.
 */
#define PVSCHED_WEIGHTS_GROW	true

#else /* 6.12 */

#define tg_cfs_rq(tg, cpu)	((tg)->cfs_rq[cpu])
#define tg_se(tg, cpu)		((tg)->se[cpu])

#define PVSCHED_WEIGHTS_GROW	false

#endif
