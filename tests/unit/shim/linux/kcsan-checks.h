/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: nothing looks for data races. */
#ifndef UNIT_KCSAN_CHECKS_H
#define UNIT_KCSAN_CHECKS_H

static inline void kcsan_disable_current(void) { }
static inline void kcsan_enable_current(void) { }

#endif
