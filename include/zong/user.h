/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_USER_H
#define ZONG_USER_H

/* Users (用户): persons who sign in with a name and a password. An administrator makes them and gives each a role; the password
 * is made here, told once, and must be changed by its user before anything else is done. Who is disabled cannot sign in, and
 * signed in is so no longer; a name is never given to another person, as it stands in the log. Passwords are kept as Argon2id
 * (libsodium). Threads: any, all functions. */

#include <zong/identity.h>
#include <zong/record.h>

#define ZONG_USER_NAME_MAX 58      /* bytes: "user:" and the name stand in every line of the log */
#define ZONG_USER_PASSWORD_MIN 10  /* characters that a user chooses */

/* @department: of the role department, else NULL or "". *ret_user: freed with zong__user__free_unpacked; its password is not in it.
 * ZONG_EUSER, ZONG_EROLE (also kiosk, which is a machine's), ZONG_ENODEPARTMENT, ZONG_EINVAL (department with another role), ZONG_EEXIST,
 * ZONG_EFORBIDDEN. */
int zong_user_add(struct zong_archive *archive, const struct zong_subject *who, const char *name, const char *role,
	const char *department, char ret_password[ZONG_PASSWORD_TEXT], Zong__User **ret_user, struct zong_err *err);
/* All, by name, without passwords. */
int zong_user_list(struct zong_archive *archive, const struct zong_subject *who, Zong__User ***ret_users, size_t *ret_count);
void zong_users_free(Zong__User **users, size_t count);

struct zong_user_wish {
	const char *role, *department; /* NULL: left as it is */
	int disabled;                  /* -1: left as it is */
};
#define ZONG_USER_WISH {.disabled = -1}
/* Sessions of who is disabled or given another role end. ZONG_ENOUSER, ZONG_ELASTADMIN, those of zong_user_add. */
int zong_user_set(struct zong_archive *archive, const struct zong_subject *who, const char *name,
	const struct zong_user_wish *wish, Zong__User **ret_user, struct zong_err *err);
/* A new password, for one who has forgotten it; their sessions end. ZONG_ENOUSER. */
int zong_user_reset(struct zong_archive *archive, const struct zong_subject *who, const char *name,
	char ret_password[ZONG_PASSWORD_TEXT], struct zong_err *err);
/* The user's own: @who is its session; the other sessions end. ZONG_EPASSWORD (err says what is wrong with it, or that @old is not the
 * password), ZONG_ETHROTTLED (wrong too often), ZONG_EFORBIDDEN (no user's session). */
int zong_password_change(struct zong_archive *archive, const struct zong_subject *who, const char *old, const char *password,
	struct zong_err *err);

#endif
