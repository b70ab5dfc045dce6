// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's binary statistics of a vCPU. KVM hands them out to the VMM alone, as a
 * file; QEMU since 8.1 keeps that of each vCPU open, and root may share it. They
 * are what debugfs shows, where debugfs cannot be read: without it, and on a host
 * that is locked down, as one with Secure Boot is.
 *
 * Documentation/virt/kvm/api.rst has the layout, at KVM_GET_STATS_FD.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <unistd.h>

#include "binary.h"
#include "sys.h"

/* More than any kernel has: a file that claims it is none of KVM's. */
#define MAX_DESCS	4096
#define MAX_NAME	256

static int file__read_at(int fd, void *data, size_t size, off_t at)
{
	ssize_t got = pread(fd, data, size, at);

	if (got < 0)
		return -errno;
	return (size_t)got == size ? 0 : -EINVAL;
}

/* A counter is one value; histograms are more. */
static int desc__read(int fd, const struct kvm_stats_header *header, struct kvm_stats_desc *desc,
		      void (*add)(void *arg, const char *name, uint64_t value), void *arg)
{
	uint64_t value;
	int err;

	desc->name[header->name_size - 1] = '\0';
	if (desc->size != 1)
		return 0;
	err = file__read_at(fd, &value, sizeof(value), (off_t)header->data_offset + desc->offset);
	if (!err)
		add(arg, desc->name, value);
	return err;
}

static int descs__read(int fd, const struct kvm_stats_header *header,
		       void (*add)(void *arg, const char *name, uint64_t value), void *arg)
{
	size_t size = sizeof(struct kvm_stats_desc) + header->name_size;
	char *descs = malloc(header->num_desc * size);
	uint32_t i;
	int err = -ENOMEM;

	if (descs)
		err = file__read_at(fd, descs, header->num_desc * size, header->desc_offset);
	for (i = 0; !err && i < header->num_desc; i++)
		err = desc__read(fd, header, (void *)(descs + i * size), add, arg);
	free(descs);
	return err;
}

int binary__read(pid_t pid, int fd, void (*add)(void *arg, const char *name, uint64_t value),
		 void *arg)
{
	struct kvm_stats_header header;
	int file = sys__share(pid, fd), err;

	if (file < 0)
		return file;
	err = file__read_at(file, &header, sizeof(header), 0);
	if (!err && (!header.name_size || header.name_size > MAX_NAME || header.name_size % 8 ||
		     !header.num_desc || header.num_desc > MAX_DESCS))
		err = -EINVAL;
	if (!err)
		err = descs__read(file, &header, add, arg);
	close(file);
	return err;
}
