/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpio: write an initramfs in the newc format. The same entries in the same
 * order give the same bytes: no times, no owners, inodes counted from one.
 */
#ifndef PVSCHED_CPIO_H
#define PVSCHED_CPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct cpio {
	FILE *file;
	unsigned int inode;
	char **paths;
	size_t nr_paths;
	bool usr;	/* a system's, in which /bin may be a link to /usr/bin */
};

/* All return 0, or -1 with errno set. */
int cpio__open(struct cpio *cpio, const char *path);
/* Begin with what another archive has, the root of a whole system. */
int cpio__add_system(struct cpio *cpio, const char *from);
int cpio__close(struct cpio *cpio);

/*
 * Paths are absolute. Missing parent folders come into being with mode 0755;
 * an entry whose path is there already is left out, so the first one wins.
 */
int cpio__add_dir(struct cpio *cpio, const char *path);
int cpio__add_link(struct cpio *cpio, const char *path, const char *target);
int cpio__add_node(struct cpio *cpio, const char *path, unsigned int major,
		   unsigned int minor);
int cpio__add_text(struct cpio *cpio, const char *path, const char *text);
int cpio__add_file(struct cpio *cpio, const char *path, const char *from);

bool cpio__has(const struct cpio *cpio, const char *path);

#endif
