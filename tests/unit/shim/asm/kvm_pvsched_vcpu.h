/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links host/vcpu.h. */
#include "../../../../host/vcpu.h"
