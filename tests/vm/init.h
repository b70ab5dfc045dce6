/* SPDX-License-Identifier: GPL-2.0 */
/*
 * init: the first process of both machines. init.c mounts and chooses the
 * role, agent.c serves a guest.
 */
#ifndef PVSCHED_VM_INIT_H
#define PVSCHED_VM_INIT_H

/*
 * Make a serial port carry bytes as they are: no echo, no newline added.
 * Returns its descriptor, or -1 with errno set.
 */
int serial__open(const char *path);

/* Serve the commands that arrive on the control port until told to stop. */
int agent__main(void);

#endif
