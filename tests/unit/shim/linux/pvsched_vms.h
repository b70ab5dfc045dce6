/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links host/vms.h. */
#include "../../../../host/vms.h"
