/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SESSION_H
#define ZONG_ARCHIVE_SESSION_H

/* Users with passwords and the sessions they sign in to. */

#include <zong/identity.h>
#include <zong/store.h>

#define ZONG_PASSWORD_MIN 8
#define ZONG_PASSWORD_MAX 1024 /* bytes; Argon2 would take more, a request should not */

/* A password that can be read out loud: 4 groups of 5 letters and digits that are not mistaken for
 * each other (99 bits). */
void zong_password_make(char ret_password[ZONG_PASSWORD_TEXT]);
/* Makes or replaces a user. ZONG_EROLE, ZONG_EINVAL (name or password unusable), ZONG_ENOMEM and
 * those of zong_store_write. */
int zong_user_put(struct zong_store *store, const char *name, enum zong_role role,
	const char *department, const char *password);

#endif
