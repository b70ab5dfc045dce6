/* SPDX-License-Identifier: GPL-2.0 */
/*
 * status: which parts are on, and why the others are not.
 */
#ifndef PVSCHED_STATUS_H
#define PVSCHED_STATUS_H

#include "common.h"

int status__main(const struct options *opt);

#endif
