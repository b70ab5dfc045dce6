/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sys: files that kernels offer, and CPUID: all that the command reads.
 */
#ifndef PVSCHED_SYS_H
#define PVSCHED_SYS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common.h"

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

/* Take a made-up machine, below @dir, for this one. */
void sys__set_root(const char *dir);

/*
 * Read a file as text, at most @size - 1 bytes, without the line break at its end.
 * Return: 0, or a negative errno.
 */
int sys__read(char *text, size_t size, const char *fmt, ...) __printf(3, 4);

/* Read a file that begins with a number; -EINVAL if it does not. */
int sys__read_u64(uint64_t *value, const char *fmt, ...) __printf(2, 3);

/* Write @text to a file that exists. Return: 0, or a negative errno. */
int sys__write(const char *text, const char *fmt, ...) __printf(2, 3);

bool sys__exists(const char *fmt, ...) __printf(1, 2);

/* Where a symbolic link leads, as text. Return: 0, or a negative errno. */
int sys__link(char *text, size_t size, const char *fmt, ...) __printf(3, 4);

/*
 * An open file of another process. In a made-up machine it is the file
 * /proc/PID/share/FD. Return: a file descriptor, or a negative errno.
 */
int sys__share(pid_t pid, int fd);

/* As opendir(), with errno. */
DIR *sys__opendir(const char *fmt, ...) __printf(1, 2);

/* A switch of the kernel. Return: 1 on, 0 off, or a negative errno. */
int sys__read_switch(const char *path);

/* CPUs in a list such as "0-3,8"; 0 if the file is no such list. */
int sys__count_cpus(const char *path);

/* Does the kernel use this feature of the CPU? The name is that of /proc/cpuinfo. */
bool sys__has_cpu_flag(const char *flag);

/*
 * A made-up machine has lines of LEAF EAX EBX ECX EDX, in hex, in its file
 * "cpuid"; a leaf that is not there reads as zero.
 */
struct cpuid sys__cpuid(uint32_t leaf);

/* Nanoseconds since some moment */
uint64_t sys__now(void);

#endif
