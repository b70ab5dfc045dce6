/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links host/sched/pvsched_sched.h. */
#include "../../../../host/sched/pvsched_sched.h"
