// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints of trace.h. They are a file of their own, so that each other
 * file can use them and depend on no other file for it.
 */
#include "internal.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
