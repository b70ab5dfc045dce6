/* SPDX-License-Identifier: GPL-2.0 */
/*
 * harness: the kernel's, for tests that start many processes, on a machine that
 * may have other things to do.
 */
#ifndef COMMAND_HARNESS_H
#define COMMAND_HARNESS_H

#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 400

#endif
