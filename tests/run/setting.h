/* SPDX-License-Identifier: GPL-2.0 */
/*
 * setting: what results say of the host.
 */
#ifndef PVRUN_SETTING_H
#define PVRUN_SETTING_H

/* Members of a JSON object */
const char *setting__json(void);

#endif
