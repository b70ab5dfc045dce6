/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links host/stats.h. */
#include "../../../../host/stats.h"
