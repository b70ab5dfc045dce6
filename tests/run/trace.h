/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace: trace buffers of the host.
 */
#ifndef PVRUN_TRACE_H
#define PVRUN_TRACE_H

/* Make the buffer @instance; a second call begins anew. */
int trace__begin(const char *instance);

/* Call @tell with each line of @instance, and remove it. */
int trace__end(const char *instance, void (*tell)(const char *line, void *arg), void *arg);

#endif
