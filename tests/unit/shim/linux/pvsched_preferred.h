/* SPDX-License-Identifier: GPL-2.0 */
/* Where the build links guest/preferred.h. */
#include "../../../../guest/preferred.h"
