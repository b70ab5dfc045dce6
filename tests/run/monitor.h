/* SPDX-License-Identifier: GPL-2.0 */
/*
 * monitor: what QEMU's monitor says of a VM.
 */
#ifndef PVRUN_MONITOR_H
#define PVRUN_MONITOR_H

#include <stdbool.h>

/* Print where the vCPUs stand, of the VM with its monitor at @socket. */
void monitor__print_registers(const char *socket);

bool monitor__is_suspended(const char *socket);
void monitor__wake_up(const char *socket);

#endif
