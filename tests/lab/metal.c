// SPDX-License-Identifier: GPL-2.0
/*
 * The lab without a machine of its own: pvrun runs here, and the running
 * kernel is the host under test. Its log is pvrun's to read.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "lab.h"

/* pvrun on this machine, with the files that @lab has packed. */
void metal__pvrun(const struct lab *lab, struct command *cmd)
{
	command__add(cmd, str__format("%s/pvrun", lab->bin));
	for (char **arg = lab->pvrun_args; *arg; arg++)
		command__add(cmd, *arg);
}

static const char *metal__missing(const struct lab *lab)
{
	(void)lab;
	if (geteuid())
		return "switching parts and reading counters needs root: run as root";
	return kvm__missing();
}

const struct machine machine_metal = {
	.name = "metal",
	.missing = metal__missing,
	.prepare = metal__pvrun,
};
