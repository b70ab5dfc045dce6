/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: what is beside this folder is of the base 7.3. */
#define LINUX_VERSION_MAJOR	7
