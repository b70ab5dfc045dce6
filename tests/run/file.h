/* SPDX-License-Identifier: GPL-2.0 */
/*
 * file: small files and Unix sockets.
 */
#ifndef PVRUN_FILE_H
#define PVRUN_FILE_H

#include <stddef.h>

/* Both return 0, or -1 with errno set. What is read becomes a string. */
int file__read(const char *path, char *buf, size_t size);
int file__write(const char *path, const char *text);

/* A descriptor, or -1 if nothing listens there. */
int socket__connect(const char *path);

#endif
