/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links host/sched.h. */
#include "../../../../host/sched.h"
