/* SPDX-License-Identifier: GPL-2.0 */
/*
 * qemu: the command line of a VM, lab by lab.
 */
#ifndef PVRUN_QEMU_H
#define PVRUN_QEMU_H

#include "vm.h"

/* The files that a VM needs are there. */
int lab__check(void);
void lab__list(void);

/* Become the QEMU of @vm. */
void qemu__exec(const struct vm *vm, const struct vm_boot *boot) __attribute__((noreturn));

/* Print the command of each VM as a shell takes it. */
void qemu__print(const struct vm_set *set, const struct vm_boot *boot);

#endif
