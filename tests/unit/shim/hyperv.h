/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: see shim/x86.h. */
#include "x86.h"
