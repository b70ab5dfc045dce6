/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: see shim/host.h. */
#include "host.h"
