/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvsched_fuzz: the vendor's way into a nested guest and out of it.
 */
#ifndef PVSCHED_FUZZ_NESTED_H
#define PVSCHED_FUZZ_NESTED_H

#include "fuzz.h"

/* Interrupts are off. The nested guest calls fuzz_nested_leave(). */
void fuzz_nested_run(struct fuzz_cpu *cpu, void (*guest)(void));
void fuzz_nested_leave(void);

#endif /* PVSCHED_FUZZ_NESTED_H */
