/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: see shim-lock/unit-lock.h. */
#include "unit-lock.h"
