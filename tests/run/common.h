/* SPDX-License-Identifier: GPL-2.0 */
/*
 * common: what every part of pvrun knows.
 */
#ifndef PVRUN_COMMON_H
#define PVRUN_COMMON_H

#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

/* Parameters of host and guest, and files of the guest's driver */
#define HOST_DIR		"/sys/module/kvm/parameters/"
#define GUEST_DIR		"/sys/module/pvsched/parameters/"
#define GUEST_FILES		"/sys/kernel/debug/pvsched/"

/* Exit statuses, those of kselftest */
#define EXIT_PASS		0
#define EXIT_FAIL		1
#define EXIT_SKIP		4

#endif
