/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guest: what a guest sees of pvsched, and says of it.
 */
#ifndef PVRUN_GUEST_H
#define PVRUN_GUEST_H

#include "../profile.h"
#include "../vm.h"

#define GUEST_IPI	GUEST_DIR "ipi"
#define GUEST_CPU	"/sys/devices/system/cpu/cpu"

/* Is the CPUID bit of a feature set? Does the kernel log hold @text? Is the part
 * ipi on? -1 if the guest does not say.
 */
int guest__has_feature(struct vm *vm, int bit);
int guest__has_message(struct vm *vm, const char *text);
int guest__ipi_state(struct vm *vm);

/* The figure @key of a file of lines that are names and figures, or -1 */
double guest__figure(struct vm *vm, const char *path, const char *key);

/* The host offers everything, and the guest takes it. */
int guest__check_offer(struct vm *vm);

#endif
