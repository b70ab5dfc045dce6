/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: tests have no use for what goes into which cache line. */
#ifndef _UNIT_LINUX_CACHE_H
#define _UNIT_LINUX_CACHE_H

#define ____cacheline_aligned_in_smp

#endif /* _UNIT_LINUX_CACHE_H */
