/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PVSCHED_SERIAL_H
#define PVSCHED_SERIAL_H

/*
 * Make a serial port carry bytes as they are: no echo, no newline added.
 * Returns its descriptor, or -1 with errno set.
 */
int serial__open(const char *path);

#endif
