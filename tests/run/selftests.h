/* SPDX-License-Identifier: GPL-2.0 */
/*
 * selftests: programs that make VMs of their own.
 */
#ifndef PVRUN_SELFTESTS_H
#define PVRUN_SELFTESTS_H

/* Each program is given the arguments. */
int selftests__main(int argc, char **argv);

#endif
