// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints of trace.h. They are a file of their own, so that other files can
 * be tested without them.
 */
#define CREATE_TRACE_POINTS
#include "trace.h"
