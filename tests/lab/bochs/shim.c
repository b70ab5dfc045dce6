// SPDX-License-Identifier: GPL-2.0
/*
 * Loaded before Bochs 2.7's own libraries to mend three things. It misplaces a
 * RAM image when one read() returns more than 128 KiB of it; it seeds the
 * generator behind RDRAND from the clock, so that no two runs are the same; and
 * it draws the VGA's screen on a terminal of its own, which no program reads,
 * until that is full and Bochs waits for ever.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_READ 131072

ssize_t __read_chk(int fd, void *buf, size_t nbytes, size_t size);

ssize_t read(int fd, void *buf, size_t nbytes)
{
	return syscall(SYS_read, fd, buf, nbytes > MAX_READ ? MAX_READ : nbytes);
}

/* What read() becomes when Bochs is built with _FORTIFY_SOURCE. */
ssize_t __read_chk(int fd, void *buf, size_t nbytes, size_t size)
{
	return read(fd, buf, nbytes < size ? nbytes : size);
}

/* The files that Bochs writes are no terminals, its messages go to the first. */
ssize_t write(int fd, const void *buf, size_t nbytes)
{
	if (fd > STDERR_FILENO && isatty(fd))
		return nbytes;

	return syscall(SYS_write, fd, buf, nbytes);
}

void srand(unsigned int seed)
{
	(void)seed;
}
