// SPDX-License-Identifier: GPL-2.0
/*
 * What the command line says, and what holds where it says nothing.
 */
#include <string.h>

#include "options.h"

struct options opt = {
	.lab = "metal",
	.qemu = "qemu-system-x86_64",
	.guest = "/guest.bzImage",
	.initrd = "/guest.cpio",
	.profiles = "off,on",
	.layout = "flat",
	.memory = 256,
	.seconds = 1,
	.timeout = 120,
	.slower = 1,
	.share = 1,
	.shares = 1,
	.tries = 1,
	.limit = 600,
	.boots = 1,
};

bool times_mean_something(void)
{
	return strcmp(opt.lab, "tcg") && opt.slower == 1;
}
