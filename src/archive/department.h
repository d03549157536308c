/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_DEPARTMENT_H
#define ZONG_ARCHIVE_DEPARTMENT_H

/* What making and changing a department share. Threads: any. */

#include <zong/delivery.h>

/* ZONG_EINVAL (empty), ZONG_ELIMIT, ZONG_EENCODING. */
int zong_department_check_name(const char *name, struct zong_err *err);
/* A new HMAC secret and a new ed25519 seed. ZONG_ENOMEM. */
int zong_department_set_keys(Zong__Department *row);

#endif
