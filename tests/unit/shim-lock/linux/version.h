/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: those here are of the base 6.12. */
#define LINUX_VERSION_MAJOR	6
