// SPDX-License-Identifier: GPL-2.0
/*
 * Strings, files and errors of pvlab. pvlab is one run long: small strings
 * live until it exits, and an error ends it with one line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab.h"

void die(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "pvlab: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(EXIT_SETUP);
}

char *str__format(const char *fmt, ...)
{
	va_list ap;
	char *str;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&str, fmt, ap);
	va_end(ap);
	if (len < 0)
		die("out of memory");
	return str;
}

/* The word as a shell takes it, unchanged where nothing in it is special. */
char *str__quote(const char *word)
{
	static const char plain[] =
		"_-+=:,./@%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char *quoted, *end;

	if (*word && !word[strspn(word, plain)])
		return str__format("%s", word);
	quoted = malloc(strlen(word) * 4 + 3);
	if (!quoted)
		die("out of memory");
	end = quoted;
	*end++ = '\'';
	for (; *word; word++)
		if (*word == '\'')
			end = stpcpy(end, "'\\''");
		else
			*end++ = *word;
	*end++ = '\'';
	*end = '\0';
	return quoted;
}

char *path__in_path(const char *program)
{
	const char *path = getenv("PATH");
	char *dirs = str__format("%s", path ? path : "/usr/bin:/bin");
	char *rest = dirs;
	char *file = NULL;
	char *dir;

	while (!file && (dir = strsep(&rest, ":"))) {
		file = str__format("%s/%s", *dir ? dir : ".", program);
		if (access(file, X_OK)) {
			free(file);
			file = NULL;
		}
	}
	free(dirs);
	return file;
}

bool path__exists(const char *path)
{
	return !access(path, F_OK);
}

/* The text of a small file, or NULL. */
char *file__text(const char *path)
{
	size_t room = 1 << 20;
	char *text = calloc(1, room);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = -1;

	if (fd >= 0 && text)
		len = read(fd, text, room - 1);
	if (fd >= 0)
		close(fd);
	if (len < 0) {
		free(text);
		return NULL;
	}
	return text;
}

void file__write(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "we");

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		die("cannot write %s: %s", path, strerror(errno));
}

void file__copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t len = -1;

	if (in < 0)
		die("cannot read %s: %s", from, strerror(errno));
	do {
		len = out < 0 ? -1 : sendfile(out, in, NULL, 1 << 20);
	} while (len > 0);
	if (len < 0)
		die("cannot write %s: %s", to, strerror(errno));
	close(in);
	close(out);
}

size_t file__size(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		die("cannot read %s: %s", path, strerror(errno));
	return st.st_size;
}

char *lab__file(const struct lab *lab, const char *name)
{
	return str__format("%s/%s", lab->out, name);
}
