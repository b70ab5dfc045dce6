/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links host/counters.h. */
#include "../../../../host/counters.h"
