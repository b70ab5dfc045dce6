/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PVSCHED_AGENT_H
#define PVSCHED_AGENT_H

/* Serve the commands that arrive on the control port until told to stop. */
int agent__main(void);

#endif
