// SPDX-License-Identifier: GPL-2.0
/*
 * The lab whose host machine is Bochs: Intel VMX on any machine, in virtual
 * time. Everything that goes in is the same in every run, so everything that
 * comes out is.
 *
 * A boot loader would take minutes, so there is none. Bochs puts files into
 * memory; an option ROM (bochs/rom.S) enters protected mode, a stub
 * (bochs/stub.S) long mode and the kernel:
 *
 *	1 MiB	  low.img: struct low, whose first page is boot_params
 *	16 MiB	  kernel.img: the uncompressed kernel, as linked
 *	64 MiB	  host.cpio, or higher where the kernel needs the room
 */
#define _GNU_SOURCE
#include <asm/bootparam.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

#define MIB		(1UL << 20)
#define BIOS_DIR	"/usr/share/bochs/"
#define GUI_PLUGIN	"/usr/lib/x86_64-linux-gnu/bochs/plugins/libbx_term_gui.so"

#define LOW_ADDRESS	(1 * MIB)
#define INITRD_ADDRESS	(64 * MIB)
#define MAX_MEM		2048	/* of Bochs 2.7 */
#define ACPI_SIZE	0x10000	/* the BIOS's tables, at the end of memory */

#define PART_MAX	4096	/* of the files in bochs/ */

#define E820_USABLE	1
#define E820_RESERVED	2
#define E820_ACPI	3

#define PAGE_TABLE	0x003	/* present, writable */
#define PAGE_2M		0x083	/* and large */

/*
 * idle=nomwait: MWAIT does not wake up with several CPUs. RDRAND is random,
 * APERF and MPERF do not count, and HT comes with a number of threads that
 * contradicts the number of cores.
 */
#define BOCHS_CMDLINE	"nokaslr idle=nomwait clearcpuid=rdrand,aperfmperf,ht"

/* Addresses in here are known to rom.S and stub.S. */
struct low {
	struct boot_params params;
	char cmdline[0x17f8];
	uint64_t entry;
	unsigned char stub[0x800];
	uint64_t gdt[512];
	uint64_t pml4[512];
	uint64_t pdpt[512];
	uint64_t pd[4][512];
};

_Static_assert(offsetof(struct low, cmdline) == 0x1000, "boot_params");
_Static_assert(offsetof(struct low, entry) == 0x27f8, "stub.S: ENTRY");
_Static_assert(offsetof(struct low, stub) == 0x2800, "rom.S: STUB");
_Static_assert(offsetof(struct low, gdt) == 0x3000, "rom.S: GDT");
_Static_assert(offsetof(struct low, pml4) == 0x4000, "stub.S: PML4");

static const char *bochs__missing(const struct lab *lab)
{
	(void)lab;
	if (!path__in_path("bochs-bin"))
		return "bochs is not installed: apt install bochs";
	if (!path__exists(GUI_PLUGIN))
		return "Bochs's text display is not installed: apt install bochs-term";
	if (!path__exists(BIOS_DIR "BIOS-bochs-latest"))
		return "Bochs's BIOS is not installed: apt install bochsbios";
	if (!path__exists(BIOS_DIR "VGABIOS-lgpl-latest"))
		return "Bochs's VGA BIOS is not installed: apt install vgabios";
	return NULL;
}

static void low__set_memory(struct low *low, unsigned long mem)
{
	const struct boot_e820_entry map[] = {
		{ 0, 0x9fc00, E820_USABLE },
		{ 0x9fc00, MIB - 0x9fc00, E820_RESERVED },
		{ MIB, mem - MIB - ACPI_SIZE, E820_USABLE },
		{ mem - ACPI_SIZE, ACPI_SIZE, E820_ACPI },
	};

	memcpy(low->params.e820_table, map, sizeof(map));
	low->params.e820_entries = ARRAY_SIZE(map);
}

/* The setup header is the bzImage's; a boot loader fills in the rest. */
static void low__set_header(struct low *low, const struct lab *lab,
			    unsigned long initrd, size_t initrd_size)
{
	struct setup_header *header = &low->params.hdr;
	char *path = host__bzimage(lab);
	FILE *file = fopen(path, "re");

	if (!file || fseek(file, offsetof(struct boot_params, hdr), SEEK_SET) ||
	    fread(header, sizeof(*header), 1, file) != 1)
		die("cannot read %s: %s", path, strerror(errno));
	fclose(file);
	if (header->header != 0x53726448)
		die("%s is not a bzImage: build the kernel again", path);
	header->type_of_loader = 0xff;
	header->cmd_line_ptr = LOW_ADDRESS + offsetof(struct low, cmdline);
	header->ramdisk_image = initrd;
	header->ramdisk_size = initrd_size;
	free(path);
}

static void low__set_cmdline(struct low *low, const struct lab *lab)
{
	char *line = host__cmdline(lab, BOCHS_CMDLINE);

	if (strlen(line) >= 2048)
		die("the host's command line is longer than 2047 bytes");
	memcpy(low->cmdline, line, strlen(line));
	free(line);
}

static void low__set_paging(struct low *low)
{
	uint64_t base = LOW_ADDRESS;

	low->gdt[2] = 0x00cf9a000000ffff;	/* 32-bit code */
	low->gdt[3] = 0x00cf92000000ffff;	/* data */
	low->gdt[4] = 0x00af9a000000ffff;	/* 64-bit code */
	low->pml4[0] = (base + offsetof(struct low, pdpt)) | PAGE_TABLE;
	for (int i = 0; i < 4; i++) {
		low->pdpt[i] = (base + offsetof(struct low, pd[i])) | PAGE_TABLE;
		for (int j = 0; j < 512; j++)
			low->pd[i][j] = (i * 512UL + j) * 2 * MIB | PAGE_2M;
	}
}

static char *text__replace(char *text, const char *word, const char *by)
{
	char *at = strstr(text, word);
	char *result;

	if (!at)
		return text;
	result = str__format("%.*s%s%s", (int)(at - text), text, by,
			     at + strlen(word));
	free(text);
	return text__replace(result, word, by);
}

static void bochsrc__write(const struct lab *lab, unsigned long kernel,
			   unsigned long initrd)
{
	char *path = str__format("%s/bochs/bochsrc.in", lab->bin);
	char *text = file__text(path);

	if (!text)
		die("cannot read %s: run make tools", path);
	text = text__replace(text, "@CPUS@", str__format("%d", lab->pcpus));
	text = text__replace(text, "@IPS@", str__format("%d000000", lab->clock));
	text = text__replace(text, "@MEM@", str__format("%d", lab->mem));
	text = text__replace(text, "@KERNEL@", str__format("%#lx", kernel));
	text = text__replace(text, "@INITRD@", str__format("%#lx", initrd));
	file__write(lab__file(lab, "bochsrc"), text, strlen(text));
	free(text);
	free(path);
}

static unsigned char *part__read(const struct lab *lab, const char *name,
				 size_t *size)
{
	char *path = str__format("%s/bochs/%s", lab->bin, name);
	FILE *file = fopen(path, "re");
	unsigned char *bytes = calloc(1, PART_MAX);

	*size = file && bytes ? fread(bytes, 1, PART_MAX, file) : 0;
	if (!*size)
		die("cannot read %s: run make tools", path);
	fclose(file);
	free(path);
	return bytes;
}

static void low__write(const struct lab *lab, unsigned long entry,
		       unsigned long initrd, size_t initrd_size)
{
	struct low *low = calloc(1, sizeof(*low));
	size_t size;
	unsigned char *stub = part__read(lab, "stub.bin", &size);

	if (!low || size > sizeof(low->stub))
		die("cannot make the RAM image: no memory, or no room for the stub");
	low__set_memory(low, lab->mem * MIB);
	low__set_header(low, lab, initrd, initrd_size);
	low__set_cmdline(low, lab);
	low__set_paging(low);
	memcpy(low->stub, stub, size);
	low->entry = entry;
	file__write(lab__file(lab, "low.img"), low, sizeof(*low));
	free(stub);
	free(low);
}

/* The BIOS runs an option ROM only if its bytes add up to zero. */
static void rom__write(const struct lab *lab)
{
	size_t size;
	unsigned char *rom = part__read(lab, "rom.bin", &size);
	unsigned char sum = 0;

	for (size_t i = 0; i < size - 1; i++)
		sum += rom[i];
	rom[size - 1] = -sum;
	file__write(lab__file(lab, "rom.bin"), rom, size);
	free(rom);
}

static void part__copy(const struct lab *lab, const char *name)
{
	char *from = str__format("%s/bochs/%s", lab->bin, name);

	file__copy(from, lab__file(lab, name));
	free(from);
}

/* Bochs is started in the run's folder, where all names are short. */
static void bochs__write_parts(const struct lab *lab)
{
	rom__write(lab);
	part__copy(lab, "msrs.def");
	part__copy(lab, "shim.so");
	/* Its debugger waits for a command before anything runs. */
	file__write(lab__file(lab, "go"), "c\n", 2);
}

/*
 * Unpacking needs room for the archive and what comes out of it, and the
 * machine still has to run VMs.
 */
static unsigned long initrd__place(const struct lab *lab,
				   const struct image *image, size_t size)
{
	unsigned long address = image->address + image->memory + 2 * MIB;

	address &= ~(2 * MIB - 1);
	if (address < INITRD_ADDRESS)
		address = INITRD_ADDRESS;
	if (address + 3 * size > lab->mem * MIB)
		die("the host's initramfs has %zu MB: give it more memory with --mem",
		    size / MIB);
	return address;
}

static void bochs__prepare(const struct lab *lab, struct command *cmd)
{
	char *vmlinux = str__format("%s/vmlinux", lab->host);
	size_t initrd_size = file__size(lab__file(lab, "host.cpio"));
	struct image image;
	unsigned long initrd;

	if (!path__exists(vmlinux))
		die("bochs boots a vmlinux, and %s has none: give a kernel build with --host, or choose --lab=tcg",
		    lab->host);
	if (lab->mem > MAX_MEM)
		die("Bochs has at most %d MB of memory: lower --mem", MAX_MEM);
	elf__flatten(vmlinux, &image);
	initrd = initrd__place(lab, &image, initrd_size);
	file__write(lab__file(lab, "kernel.img"), image.bytes, image.size);
	low__write(lab, image.entry, initrd, initrd_size);
	bochsrc__write(lab, image.address, initrd);
	bochs__write_parts(lab);
	free(image.bytes);
	free(vmlinux);

	cmd->dir = lab->out;
	cmd->preload = "./shim.so";
	cmd->terminal = true;
	command__add(cmd, "bochs-bin");
	command__add(cmd, "-q");
	command__add(cmd, "-f");
	command__add(cmd, "bochsrc");
	command__add(cmd, "-rc");
	command__add(cmd, "go");
}

const struct machine machine_bochs = {
	.name = "bochs",
	.mem = 2048,
	.boot_limit = 300,
	.packs_host = true,
	.is_virtual = true,
	.missing = bochs__missing,
	.prepare = bochs__prepare,
};
