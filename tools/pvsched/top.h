/* SPDX-License-Identifier: GPL-2.0 */
/*
 * top: what VMs get and wait for, and how their yields fare, live.
 */
#ifndef PVSCHED_TOP_H
#define PVSCHED_TOP_H

#include "common.h"

int top__main(const struct options *opt);

#endif
