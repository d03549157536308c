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
/* The row of a user, freed by the caller. ZONG_EROLE, ZONG_EINVAL (name or password unusable),
 * ZONG_ENOMEM. */
int zong_user_make(const char *name, enum zong_role role, const char *department,
	const char *password, Zong__User **ret_user);
/* The change that puts such a row (@ctx) or replaces it. */
int zong_user_change(struct zong_txn *txn, void *ctx);
/* Removes the rows of sessions that nobody used for too long (idle.h). */
int zong_sessions_end_idle(struct zong_archive *archive);

#endif
