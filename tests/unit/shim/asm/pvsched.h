/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links abi/pvsched.h. */
#include "../../../../abi/pvsched.h"
