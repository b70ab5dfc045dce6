/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: these are stand-ins of the base 6.12. */
#define KERNEL_VERSION(a, b, c)	(((a) << 16) + ((b) << 8) + (c))
#define LINUX_VERSION_CODE	KERNEL_VERSION(6, 12, 0)
