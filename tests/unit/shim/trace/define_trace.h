/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: see shim/host.h. The guest part has its own, in shim/guest.h. */
#ifndef _UNIT_GUEST_H
#include "host.h"
#endif
