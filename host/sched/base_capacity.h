/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where base kernels differ, for what a VM can have. A base is named by its version; what is
 * here for the older one goes when that does.
 */
#include <linux/version.h>

#if LINUX_VERSION_MAJOR < 7

#define tg_cfs_rq(tg, cpu)	((tg)->cfs_rq[cpu])

#endif
