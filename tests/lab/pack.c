// SPDX-License-Identifier: GPL-2.0
/*
 * Make the initramfs of the two machines. Files of the user come first, so
 * that they win over ours; a program brings the libraries it needs. A system of
 * the user's for the guests comes before all, and keeps its libraries.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab.h"

#define QEMU		"qemu-system-x86_64"
#define FIRMWARE	"/usr/share/qemu"

static void pack__check(const struct lab *lab, int err, const char *path)
{
	if (err)
		die("cannot pack %s into %s: %s", path, lab->out,
		    strerror(errno));
}

static void pack__libraries(const struct lab *lab, struct cpio *cpio,
			    const char *from)
{
	char **paths = elf__libraries(from);

	for (int i = 0; paths[i]; i++)
		pack__check(lab, cpio__add_file(cpio, paths[i], paths[i]),
			    paths[i]);
	free(paths);
}

static void pack__file(const struct lab *lab, struct cpio *cpio,
		       const char *from, const char *path)
{
	pack__check(lab, cpio__add_file(cpio, path, from), from);
	pack__libraries(lab, cpio, from);
}

static int name__is_child(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

/* A folder comes whole, in the order of its names. */
static void pack__tree(const struct lab *lab, struct cpio *cpio,
		       const char *from, const char *path)
{
	struct dirent **names;
	struct stat st;
	int nr;

	pack__check(lab, stat(from, &st), from);
	if (!S_ISDIR(st.st_mode)) {
		pack__file(lab, cpio, from, path);
		return;
	}
	nr = scandir(from, &names, name__is_child, alphasort);
	pack__check(lab, nr < 0, from);
	for (int i = 0; i < nr; i++) {
		pack__tree(lab, cpio,
			   str__format("%s/%s", from, names[i]->d_name),
			   str__format("%s/%s", path, names[i]->d_name));
		free(names[i]);
	}
	free(names);
}

static void pack__brought(const struct lab *lab, struct cpio *cpio,
			  const struct bring_list *list)
{
	for (size_t i = 0; i < list->nr; i++)
		pack__tree(lab, cpio, list->items[i].from, list->items[i].path);
}

static void pack__busybox(const struct lab *lab, struct cpio *cpio)
{
	char *busybox = path__in_path("busybox");
	const char *argv[] = { busybox, "--list", NULL };
	char *text, *name;
	int status;

	if (!busybox || !elf__is_static(busybox))
		die("no static busybox here: apt install busybox-static");
	pack__file(lab, cpio, busybox, "/bin/busybox");
	text = command__output(argv, &status);
	if (status)
		die("%s --list failed: install busybox-static again", busybox);
	while ((name = strsep(&text, "\n"))) {
		char *path = str__format("/bin/%s", name);

		if (*name)
			pack__check(lab, cpio__add_link(cpio, path, "busybox"),
				    path);
		free(path);
	}
	free(busybox);
}

static void pack__own(const struct lab *lab, struct cpio *cpio,
		      const char *program, const char *path)
{
	char *from = str__format("%s/%s", lab->bin, program);

	if (!path__exists(from))
		die("%s is missing: run make tools", from);
	pack__file(lab, cpio, from, path);
	free(from);
}

static void pack__common(const struct lab *lab, struct cpio *cpio)
{
	pack__check(lab, cpio__add_node(cpio, "/dev/console", 5, 1),
		    "/dev/console");
	pack__own(lab, cpio, "init", "/init");
	pack__busybox(lab, cpio);
}

static void pack__qemu(const struct lab *lab, struct cpio *cpio)
{
	static const char * const firmware[] = {
		"seabios/bios-256k.bin", "qemu/linuxboot_dma.bin",
		"qemu/multiboot_dma.bin", "qemu/kvmvapic.bin",
	};
	char *qemu = path__in_path(QEMU);

	if (!qemu)
		die(QEMU " is not installed: apt install qemu-system-x86");
	pack__file(lab, cpio, qemu, "/bin/" QEMU);
	for (size_t i = 0; i < ARRAY_SIZE(firmware); i++) {
		char *from = str__format("/usr/share/%s", firmware[i]);
		char *path = str__format(FIRMWARE "%s",
					 strrchr(firmware[i], '/'));

		if (!path__exists(from))
			die("%s is missing: apt install qemu-system-data seabios",
			    from);
		pack__check(lab, cpio__add_file(cpio, path, from), from);
		free(from);
		free(path);
	}
	free(qemu);
}

/* One argument a line, as init reads them. */
static void pack__args(const struct lab *lab, struct cpio *cpio)
{
	char *text = str__format("%s", "");

	for (char **arg = lab->pvrun_args; *arg; arg++) {
		if (strchr(*arg, '\n'))
			die("an argument of pvrun holds a line break");
		text = str__format("%s%s\n", text, *arg);
	}
	pack__check(lab, cpio__add_text(cpio, "/etc/pvrun.args", text),
		    "the arguments of pvrun");
	free(text);
}

void guest__pack(const struct lab *lab)
{
	char *path = lab__file(lab, "guest.cpio");
	struct cpio cpio;

	pack__check(lab, cpio__open(&cpio, path), path);
	if (lab->guest_image)
		pack__check(lab, cpio__add_system(&cpio, lab->guest_image), lab->guest_image);
	pack__brought(lab, &cpio, &lab->guest_add);
	pack__common(lab, &cpio);
	pack__check(lab, cpio__close(&cpio), path);
	free(path);
}

void host__pack(const struct lab *lab)
{
	char *path = lab__file(lab, "host.cpio");
	struct cpio cpio;

	pack__check(lab, cpio__open(&cpio, path), path);
	pack__brought(lab, &cpio, &lab->host_add);
	pack__common(lab, &cpio);
	pack__own(lab, &cpio, "pvrun", "/bin/pvrun");
	pack__qemu(lab, &cpio);
	pack__check(lab, cpio__add_file(&cpio, GUEST_KERNEL, lab->guest),
		    lab->guest);
	pack__check(lab, cpio__add_file(&cpio, GUEST_INITRD,
					lab__file(lab, "guest.cpio")),
		    "guest.cpio");
	pack__args(lab, &cpio);
	pack__check(lab, cpio__close(&cpio), path);
	free(path);
}
