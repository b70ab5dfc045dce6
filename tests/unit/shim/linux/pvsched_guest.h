/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links guest/pvsched.h. */
#include "../../../../guest/pvsched.h"
