// SPDX-License-Identifier: GPL-2.0
/*
 * What pvlab wants to know of ELF files: which libraries a program needs, and
 * what a vmlinux looks like in memory.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lab.h"

#define LOADER "/lib64/ld-linux-x86-64.so.2"

struct elf {
	unsigned char *bytes;
	size_t size;
	const Elf64_Ehdr *header;
	const Elf64_Phdr *segments;
};

static bool elf__is_sound(const struct elf *elf)
{
	const Elf64_Ehdr *header = elf->header;

	return elf->size >= sizeof(*header) &&
	       !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       header->e_phentsize == sizeof(Elf64_Phdr) &&
	       header->e_phoff <= elf->size &&
	       header->e_phnum <= (elf->size - header->e_phoff) /
				  sizeof(Elf64_Phdr);
}

static void elf__close(struct elf *elf)
{
	if (elf->bytes)
		munmap(elf->bytes, elf->size);
	elf->bytes = NULL;
}

/* False when the file is something else; it is an error not to read it. */
static bool elf__open(struct elf *elf, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("cannot read %s: %s", path, strerror(errno));
	elf->size = file__size(path);
	elf->bytes = elf->size ? mmap(NULL, elf->size, PROT_READ, MAP_PRIVATE,
				      fd, 0) : NULL;
	close(fd);
	if (elf->bytes == MAP_FAILED)
		die("cannot map %s: %s", path, strerror(errno));
	elf->header = (void *)elf->bytes;
	if (!elf__is_sound(elf)) {
		elf__close(elf);
		return false;
	}
	elf->segments = (void *)(elf->bytes + elf->header->e_phoff);
	return true;
}

static const Elf64_Phdr *elf__segment(const struct elf *elf, unsigned int type)
{
	for (int i = 0; i < elf->header->e_phnum; i++)
		if (elf->segments[i].p_type == type)
			return &elf->segments[i];
	return NULL;
}

bool elf__is_static(const char *path)
{
	struct elf elf;
	bool is_static;

	if (!elf__open(&elf, path))
		return false;
	is_static = !elf__segment(&elf, PT_INTERP);
	elf__close(&elf);
	return is_static;
}

static bool elf__is_dynamic(const char *path)
{
	struct elf elf;
	bool is_dynamic;

	if (!elf__open(&elf, path))
		return false;
	is_dynamic = elf__segment(&elf, PT_DYNAMIC) &&
		     (elf__segment(&elf, PT_INTERP) ||
		      elf.header->e_type == ET_DYN);
	elf__close(&elf);
	return is_dynamic;
}

/* "name => /path (address)", "/path (address)", or "name => not found" */
static bool library__path(char *line, const char *program, char **path)
{
	*path = strchr(line, '/');
	if (strstr(line, "not found"))
		die("%s needs a library that is missing: %s", program,
		    line + strspn(line, "\t "));
	if (*path)
		(*path)[strcspn(*path, " ")] = '\0';
	return *path;
}

/*
 * The shared libraries that the program loads, and theirs, as the dynamic
 * loader finds them; ends with NULL.
 */
char **elf__libraries(const char *path)
{
	const char *argv[] = { LOADER, "--list", path, NULL };
	char **paths = calloc(256, sizeof(*paths));
	char *text, *line;
	int status, nr = 0;

	if (!paths)
		die("out of memory");
	if (!elf__is_dynamic(path))
		return paths;
	text = command__output(argv, &status);
	if (status && !strstr(text, "statically linked"))
		die("%s --list %s failed: the libraries of %s are unknown",
		    LOADER, path, path);
	while (nr < 255 && (line = strsep(&text, "\n")))
		nr += library__path(line, path, &paths[nr]);
	return paths;
}

static void image__span(const struct elf *elf, struct image *image)
{
	unsigned long end = 0, file_end = 0;

	image->address = -1UL;
	for (int i = 0; i < elf->header->e_phnum; i++) {
		const Elf64_Phdr *seg = &elf->segments[i];

		if (seg->p_type != PT_LOAD || !seg->p_memsz)
			continue;
		if (seg->p_paddr < image->address)
			image->address = seg->p_paddr;
		if (seg->p_paddr + seg->p_memsz > end)
			end = seg->p_paddr + seg->p_memsz;
		if (seg->p_paddr + seg->p_filesz > file_end)
			file_end = seg->p_paddr + seg->p_filesz;
	}
	image->size = file_end - image->address;
	image->memory = end - image->address;
}

/* Lay the segments of a vmlinux out as they lie in physical memory. */
void elf__flatten(const char *path, struct image *image)
{
	struct elf elf;

	if (!elf__open(&elf, path) || !elf__segment(&elf, PT_LOAD))
		die("%s is not a vmlinux: build the kernel again", path);
	image__span(&elf, image);
	image->entry = elf.header->e_entry;
	if (image->size > 256UL << 20)
		die("%s is no kernel: %zu bytes in memory", path, image->size);
	image->bytes = calloc(1, image->size);
	if (!image->bytes)
		die("out of memory");
	for (int i = 0; i < elf.header->e_phnum; i++) {
		const Elf64_Phdr *seg = &elf.segments[i];

		if (seg->p_type != PT_LOAD)
			continue;
		if (seg->p_offset + seg->p_filesz > elf.size)
			die("%s is cut short: build the kernel again", path);
		memcpy(image->bytes + seg->p_paddr - image->address,
		       elf.bytes + seg->p_offset, seg->p_filesz);
	}
	elf__close(&elf);
}
