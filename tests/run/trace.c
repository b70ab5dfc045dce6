// SPDX-License-Identifier: GPL-2.0
/*
 * Trace buffers of the host.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "out.h"
#include "trace.h"

int trace__begin(const char *instance)
{
	rmdir(instance);
	return mkdir(instance, 0700);
}

int trace__end(const char *instance, void (*tell)(const char *line, void *arg), void *arg)
{
	char path[128], line[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/trace", instance);
	file = fopen(path, "r");
	if (!file)
		return out__error("cannot read %s: %m", path);
	while (fgets(line, sizeof(line), file))
		tell(line, arg);
	fclose(file);
	rmdir(instance);
	return 0;
}
