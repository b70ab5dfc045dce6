/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: nothing of it is used. */
