// SPDX-License-Identifier: GPL-2.0
/*
 * Write a newc archive, the form that the kernel unpacks as its first root.
 * Each entry is a header of hexadecimal fields, the name, and the content,
 * both padded to four bytes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpio.h"

struct entry {
	const char *path;
	unsigned int mode;
	unsigned int major;
	unsigned int minor;
	size_t size;
};

#define TRAILER		"TRAILER!!!"

/* Where the fields of a header are that are read */
#define HEADER_SIZE	110
#define FIELD_SIZE	54
#define FIELD_NAMESIZE	94

bool cpio__has(const struct cpio *cpio, const char *path)
{
	for (size_t i = 0; i < cpio->nr_paths; i++) {
		const char *has = cpio->paths[i];

		if (!strcmp(has, path))
			return true;
		if (cpio->usr && !strncmp(has, "/usr/", 5) && !strcmp(has + 4, path))
			return true;
	}
	return false;
}

static int cpio__remember(struct cpio *cpio, const char *path)
{
	char **paths = reallocarray(cpio->paths, cpio->nr_paths + 1,
				    sizeof(*paths));

	if (!paths)
		return -1;
	cpio->paths = paths;
	paths[cpio->nr_paths] = strdup(path);
	if (!paths[cpio->nr_paths])
		return -1;
	cpio->nr_paths++;
	return 0;
}

static int cpio__pad(struct cpio *cpio)
{
	static const char zeros[4];
	size_t over = ftell(cpio->file) % 4;

	if (!over)
		return 0;
	return fwrite(zeros, 4 - over, 1, cpio->file) == 1 ? 0 : -1;
}

static int cpio__header(struct cpio *cpio, const struct entry *entry)
{
	const char *name = entry->path + (*entry->path == '/');
	unsigned int nlink = S_ISDIR(entry->mode) ? 2 : 1;

	if (entry->size > 0xffffffff) {
		errno = EFBIG;
		return -1;
	}
	if (fprintf(cpio->file, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		    ++cpio->inode, entry->mode, 0, 0, nlink, 0,
		    (unsigned int)entry->size, 0, 0, entry->major, entry->minor,
		    (unsigned int)strlen(name) + 1, 0) < 0)
		return -1;
	if (fwrite(name, strlen(name) + 1, 1, cpio->file) != 1)
		return -1;
	return cpio__pad(cpio);
}

static int cpio__add_parents(struct cpio *cpio, const char *path)
{
	char *parent = strdup(path);
	int err = 0;

	if (!parent)
		return -1;
	for (char *slash = strchr(parent + 1, '/'); slash && !err;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		err = cpio__add_dir(cpio, parent);
		*slash = '/';
	}
	free(parent);
	return err;
}

static int cpio__begin(struct cpio *cpio, const struct entry *entry)
{
	if (cpio__add_parents(cpio, entry->path))
		return -1;
	if (cpio__remember(cpio, entry->path))
		return -1;
	return cpio__header(cpio, entry);
}

static int cpio__add_bytes(struct cpio *cpio, const struct entry *entry,
			   const char *bytes)
{
	if (cpio__has(cpio, entry->path))
		return 0;
	if (cpio__begin(cpio, entry))
		return -1;
	if (bytes && entry->size && fwrite(bytes, entry->size, 1, cpio->file) != 1)
		return -1;
	return cpio__pad(cpio);
}

int cpio__add_dir(struct cpio *cpio, const char *path)
{
	struct entry entry = { .path = path, .mode = S_IFDIR | 0755 };

	return cpio__add_bytes(cpio, &entry, NULL);
}

int cpio__add_link(struct cpio *cpio, const char *path, const char *target)
{
	struct entry entry = {
		.path = path, .mode = S_IFLNK | 0777, .size = strlen(target),
	};

	return cpio__add_bytes(cpio, &entry, target);
}

int cpio__add_node(struct cpio *cpio, const char *path, unsigned int major,
		   unsigned int minor)
{
	struct entry entry = {
		.path = path, .mode = S_IFCHR | 0600,
		.major = major, .minor = minor,
	};

	return cpio__add_bytes(cpio, &entry, NULL);
}

int cpio__add_text(struct cpio *cpio, const char *path, const char *text)
{
	struct entry entry = {
		.path = path, .mode = S_IFREG | 0644, .size = strlen(text),
	};

	return cpio__add_bytes(cpio, &entry, text);
}

static int cpio__copy(struct cpio *cpio, int fd, size_t size)
{
	char bytes[65536];

	while (size) {
		ssize_t len = read(fd, bytes,
				   size < sizeof(bytes) ? size : sizeof(bytes));

		if (len <= 0) {
			if (!len)
				errno = EIO;
			return -1;
		}
		if (fwrite(bytes, len, 1, cpio->file) != 1)
			return -1;
		size -= len;
	}
	return cpio__pad(cpio);
}

int cpio__add_file(struct cpio *cpio, const char *path, const char *from)
{
	struct entry entry = { .path = path };
	struct stat st;
	int fd, err;

	if (cpio__has(cpio, path))
		return 0;
	fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	err = fstat(fd, &st);
	if (!err) {
		entry.mode = S_IFREG | (st.st_mode & 0111 ? 0755 : 0644);
		entry.size = st.st_size;
		err = cpio__begin(cpio, &entry);
	}
	if (!err)
		err = cpio__copy(cpio, fd, entry.size);
	close(fd);
	return err;
}

static size_t header__field(const char *header, int at)
{
	char digits[9] = "";

	memcpy(digits, header + at, 8);
	return strtoul(digits, NULL, 16);
}

/* To the next multiple of four */
static int file__skip_padding(int fd)
{
	off_t over = lseek(fd, 0, SEEK_CUR) % 4;

	return over && lseek(fd, 4 - over, SEEK_CUR) < 0 ? -1 : 0;
}

/* Copy an entry as it is. 1: it was the end. */
static int cpio__take(struct cpio *cpio, int fd)
{
	char header[HEADER_SIZE], name[PATH_MAX + 1] = "/";
	size_t len;

	errno = EINVAL;
	if (read(fd, header, sizeof(header)) != sizeof(header) || memcmp(header, "070701", 6))
		return -1;
	len = header__field(header, FIELD_NAMESIZE);
	if (len < 2 || len > PATH_MAX || read(fd, name + 1, len) != (ssize_t)len || name[len])
		return -1;
	if (!strcmp(name + 1, TRAILER))
		return 1;
	if (cpio__remember(cpio, name) || file__skip_padding(fd) ||
	    fwrite(header, sizeof(header), 1, cpio->file) != 1 ||
	    fwrite(name + 1, len, 1, cpio->file) != 1 || cpio__pad(cpio) ||
	    cpio__copy(cpio, fd, header__field(header, FIELD_SIZE)))
		return -1;
	return file__skip_padding(fd);
}

int cpio__add_system(struct cpio *cpio, const char *from)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	int ret = fd < 0 ? -1 : 0;

	while (!ret)
		ret = cpio__take(cpio, fd);
	if (fd >= 0)
		close(fd);
	cpio->usr = true;
	return ret < 0 ? -1 : 0;
}

int cpio__open(struct cpio *cpio, const char *path)
{
	*cpio = (struct cpio){ .file = fopen(path, "we") };
	return cpio->file ? 0 : -1;
}

int cpio__close(struct cpio *cpio)
{
	struct entry trailer = { .path = TRAILER };
	int err = cpio__header(cpio, &trailer);

	if (fclose(cpio->file))
		err = -1;
	for (size_t i = 0; i < cpio->nr_paths; i++)
		free(cpio->paths[i]);
	free(cpio->paths);
	return err;
}
