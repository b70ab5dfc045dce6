/* SPDX-License-Identifier: GPL-2.0 */
/*
 * monitor: what QEMU's monitor says of a VM.
 */
#ifndef PVRUN_MONITOR_H
#define PVRUN_MONITOR_H

#include <stdbool.h>

/* Print where the vCPUs stand, of the VM with its monitor at @socket. */
void monitor__print_registers(const char *socket);

/* What it says to @command, until it is asked again */
const char *monitor__says(const char *socket, const char *command);

bool monitor__shows_status(const char *socket, const char *status);

enum migration { MIGRATION_RUNS, MIGRATION_DONE, MIGRATION_FAILED };

/* Begin to send the VM's state to @uri, and see how that goes. */
void monitor__migrate(const char *socket, const char *uri);
enum migration monitor__migration(const char *socket);

bool monitor__is_suspended(const char *socket);
void monitor__wake_up(const char *socket);

#endif
