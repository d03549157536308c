/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/code.h>
#include <zong/time.h>
#include <zong/user.h>
#include <zong/utf8.h>

#include "inside.h"
#include "journal.h"
#include "row.h"
#include "session.h"
#include "throttle.h"
#include "token.h"

#define DISTINCT_MIN 5 /* different characters of a password */

/* ---- what may be ---- */

static int check_name(const char *name)
{
	size_t len = strlen(name), pos = 0;

	if (!len || len > ZONG_USER_NAME_MAX || !zong_utf8_printable(name, len))
		return ZONG_EUSER;
	while (pos < len) {
		uint32_t c = zong_utf8_next(name, len, &pos);

		if (zong_utf8_is_blank(c) || c == '/')
			return ZONG_EUSER;
	}
	return 0;
}

/* A machine has a token; what is local is the owner of the folder. */
static int check_role(const char *role, const char *department, struct zong_err *err)
{
	enum zong_role parsed = zong_role_parse(role);

	if (parsed == ZONG_ROLE_NONE || parsed == ZONG_ROLE_KIOSK)
		return zong_err_set(err, ZONG_EROLE, "%s", role);
	if ((parsed == ZONG_ROLE_DEPARTMENT) != (department[0] != '\0'))
		return zong_err_set(err, ZONG_EINVAL, "department");
	if (department[0] && zong_department_id_check(department))
		return zong_err_set(err, ZONG_ENODEPARTMENT, "%s", department);
	return 0;
}

static int check_password(
	const char *name, const char *old, const char *password, struct zong_err *err)
{
	size_t len = strlen(password), pos = 0, count = 0, distinct = 0;
	uint32_t seen[DISTINCT_MIN];

	if (len > ZONG_PASSWORD_MAX)
		return zong_err_set(err, ZONG_EPASSWORD, "> %d", ZONG_PASSWORD_MAX);
	for (; pos < len; count++) {
		uint32_t c = zong_utf8_next(password, len, &pos);
		size_t i;

		for (i = 0; i < distinct && seen[i] != c; i++)
			continue;
		if (i == distinct && distinct < DISTINCT_MIN)
			seen[distinct++] = c;
	}
	if (count < ZONG_USER_PASSWORD_MIN)
		return zong_err_set(err, ZONG_EPASSWORD, "< %d", ZONG_USER_PASSWORD_MIN);
	if (distinct < DISTINCT_MIN)
		return zong_err_set(err, ZONG_EPASSWORD, "aaaa");
	if (strstr(password, name))
		return zong_err_set(err, ZONG_EPASSWORD, "= %s", name);
	return strcmp(old, password) == 0 ? zong_err_set(err, ZONG_EPASSWORD, "= old") : 0;
}

/* ---- rows ---- */

static int get_user(struct zong_txn *txn, const char *name, Zong__User **ret_user)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	if (!name[0] || strlen(name) > ZONG_LIMIT_NAME)
		return ZONG_ENOUSER;
	zong_row_key_str(&key, name);
	err = zong_txn_get(txn, ZONG_TABLE_USERS, &key, &zong__user__descriptor, &row);
	if (!err)
		*ret_user = (Zong__User *)row;
	return err == ZONG_ENOENT ? ZONG_ENOUSER : err;
}

static bool is_administrator(const Zong__User *user)
{
	return zong_role_parse(user->role) == ZONG_ROLE_ADMINISTRATOR && !user->disabled;
}

/* Is there another who can manage? */
static int check_last(struct zong_txn *txn, const char *name)
{
	struct zong_iter iter = {0};
	bool other = false;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, NULL, NULL, false);

	while (!err && !other && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__User *user =
			zong__user__unpack(NULL, iter.value_len, iter.value);

		other = user && strcmp(user->name, name) != 0 && is_administrator(user);
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return other ? 0 : ZONG_ELASTADMIN;
}

struct whose {
	char key[sizeof(((struct zong_subject *)0)->key)];
	struct zong_id except; /* a session that goes on */
};

static void whose_of(const char *name, struct whose *ret_whose)
{
	memset(ret_whose, 0, sizeof(*ret_whose));
	snprintf(ret_whose->key, sizeof(ret_whose->key), "user:%s", name);
}

static bool is_theirs(const Zong__Token *token, const void *ctx)
{
	const struct whose *whose = ctx;
	struct zong_id id;

	return token->session && strcmp(token->subject, whose->key) == 0 &&
	       !(zong_row_id(&token->id, &id) && zong_id_equal(&id, &whose->except));
}

static int end_sessions(struct zong_txn *txn, const char *name)
{
	struct whose whose;
	size_t deleted;

	whose_of(name, &whose);
	return zong_token_delete_all(txn, is_theirs, &whose, &deleted);
}

static int record(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const Zong__User *user)
{
	char object[ZONG_LIMIT_NAME + 8], detail[ZONG_LIMIT_DEPARTMENT_ID + 40];

	snprintf(object, sizeof(object), "user/%s", user->name);
	snprintf(detail, sizeof(detail), "%s%s%s%s", user->role, user->department[0] ? " " : "",
		user->department, user->disabled ? " disabled" : "");
	return zong_journal_add(txn, who, verb, object, detail, NULL);
}

static void forget_password(Zong__User *user)
{
	if (user->password[0])
		sodium_memzero(user->password, strlen(user->password));
}

/* ---- making one ---- */

struct change {
	const struct zong_subject *who;
	const char *name;
	const struct zong_user_wish *wish;
	Zong__User *user;
	struct zong_err err;
};

static int check_department(struct zong_txn *txn, const char *department)
{
	struct zong_key key;

	if (!department[0])
		return 0;
	zong_row_key_str(&key, department);
	return zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key) ? 0 : ZONG_ENODEPARTMENT;
}

static int write_new(struct zong_txn *txn, void *ctx)
{
	struct change *change = ctx;
	struct zong_key key;
	int err = check_department(txn, change->user->department);

	if (err)
		return err;
	zong_row_key_str(&key, change->user->name);
	if (zong_txn_has(txn, ZONG_TABLE_USERS, &key))
		return ZONG_EEXIST;
	err = zong_user_change(txn, change->user);
	return err ? err : record(txn, change->who, "user.add", change->user);
}

int zong_user_add(struct zong_archive *archive, const struct zong_subject *who, const char *name,
	const char *role, const char *department, char ret_password[ZONG_PASSWORD_TEXT],
	Zong__User **ret_user, struct zong_err *err)
{
	_cleanup_row_ Zong__User *user = NULL;
	struct change change = {.who = who};
	int code = zong_access_may(who, ZONG_VERB_USER_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	role = role ? role : "";
	department = department ? department : "";
	if (check_name(name))
		return zong_err_set(err, ZONG_EUSER, "%s", name);
	code = check_role(role, department, err);
	if (code)
		return code;
	zong_password_make(ret_password);
	zong_throttle_enter(archive->throttle);
	code = zong_user_make(name, zong_role_parse(role), department, ret_password, &user);
	zong_throttle_leave(archive->throttle);
	if (!code) {
		user->must_change = true;
		change.user = user;
		code = zong_store_write(archive->store, write_new, &change);
	}
	if (code) {
		sodium_memzero(ret_password, ZONG_PASSWORD_TEXT);
		return zong_err_set(
			err, code, "%s", code == ZONG_ENODEPARTMENT ? department : name);
	}
	forget_password(user);
	*ret_user = take_ptr(user);
	return 0;
}

/* ---- looking ---- */

static int append(Zong__User ***users, size_t *count, Zong__User *user)
{
	Zong__User **grown = realloc(*users, (*count + 1) * sizeof(*grown));

	if (!grown)
		return ZONG_ENOMEM;
	*users = grown;
	grown[(*count)++] = user;
	forget_password(user);
	return 0;
}

int zong_user_list(struct zong_archive *archive, const struct zong_subject *who,
	Zong__User ***ret_users, size_t *ret_count)
{
	struct zong_iter iter = {0};
	Zong__User **users = NULL;
	struct zong_txn *txn;
	size_t count = 0;
	int err = zong_access_may(who, ZONG_VERB_USER_MANAGE, NULL);

	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_USERS, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__User *user = zong__user__unpack(NULL, iter.value_len, iter.value);

		err = user ? append(&users, &count, user) : ZONG_ECORRUPT;
		if (err && user)
			zong__user__free_unpacked(user, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (err != ZONG_EEND) {
		zong_users_free(users, count);
		return err;
	}
	*ret_users = users;
	*ret_count = count;
	return 0;
}

void zong_users_free(Zong__User **users, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zong__user__free_unpacked(users[i], NULL);
	free(users);
}

/* ---- changing one ---- */

static int take_user(struct zong_txn *txn, struct change *change)
{
	if (change->user)
		zong__user__free_unpacked(change->user, NULL);
	change->user = NULL;
	return get_user(txn, change->name, &change->user);
}

static int apply(struct zong_txn *txn, struct change *change)
{
	const struct zong_user_wish *wish = change->wish;
	Zong__User *user = change->user;
	int err = 0;

	if (wish->role || wish->department) {
		const char *role = wish->role ? wish->role : user->role;
		const char *department = wish->department ? wish->department
					 : wish->role	  ? ""
							  : user->department;

		err = check_role(role, department, &change->err);
		if (!err)
			err = check_department(txn, department);
		if (!err)
			err = zong_row_set(&user->role, role);
		if (!err)
			err = zong_row_set(&user->department, department);
	}
	if (wish->disabled == 0)
		user->disabled = 0;
	else if (wish->disabled == 1 && !user->disabled)
		user->disabled = zong_time_now();
	return err;
}

static int write_set(struct zong_txn *txn, void *ctx)
{
	struct change *change = ctx;
	bool was, narrowed;
	int err = take_user(txn, change);

	change->err = (struct zong_err){0};
	if (err)
		return err;
	was = is_administrator(change->user);
	err = apply(txn, change);
	if (!err && was && !is_administrator(change->user))
		err = check_last(txn, change->name);
	if (err)
		return err;
	narrowed = change->user->disabled || change->wish->role || change->wish->department;
	err = zong_user_change(txn, change->user);
	if (!err && narrowed)
		err = end_sessions(txn, change->name);
	return err ? err : record(txn, change->who, "user.set", change->user);
}

int zong_user_set(struct zong_archive *archive, const struct zong_subject *who, const char *name,
	const struct zong_user_wish *wish, Zong__User **ret_user, struct zong_err *err)
{
	struct change change = {.who = who, .name = name, .wish = wish};
	int code = zong_access_may(who, ZONG_VERB_USER_MANAGE, NULL);

	if (!code)
		code = zong_store_write(archive->store, write_set, &change);
	if (code) {
		if (change.user)
			zong__user__free_unpacked(change.user, NULL);
		if (change.err.code == code && err) {
			*err = change.err;
			return code;
		}
		return zong_err_set(err, code, "%s",
			code == ZONG_ENODEPARTMENT && wish->department ? wish->department : name);
	}
	forget_password(change.user);
	*ret_user = change.user;
	return 0;
}

/* ---- passwords ---- */

static int hash_password(
	struct zong_archive *archive, const char *password, char ret_hash[crypto_pwhash_STRBYTES])
{
	int failed;

	zong_throttle_enter(archive->throttle);
	failed = crypto_pwhash_str(ret_hash, password, strlen(password),
		crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
	zong_throttle_leave(archive->throttle);
	return failed ? ZONG_ENOMEM : 0;
}

struct new_password {
	struct change change;
	char hash[crypto_pwhash_STRBYTES];
	char before[crypto_pwhash_STRBYTES]; /* that the old password was found to be right by */
};

static int write_reset(struct zong_txn *txn, void *ctx)
{
	struct new_password *new = ctx;
	int err = take_user(txn, &new->change);

	if (err)
		return err;
	new->change.user->must_change = true;
	err = zong_row_set(&new->change.user->password, new->hash);
	if (!err)
		err = zong_user_change(txn, new->change.user);
	if (!err)
		err = end_sessions(txn, new->change.name);
	return err ? err : record(txn, new->change.who, "user.reset", new->change.user);
}

int zong_user_reset(struct zong_archive *archive, const struct zong_subject *who, const char *name,
	char ret_password[ZONG_PASSWORD_TEXT], struct zong_err *err)
{
	struct new_password new = {.change = {.who = who, .name = name}};
	int code = zong_access_may(who, ZONG_VERB_USER_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	zong_password_make(ret_password);
	code = hash_password(archive, ret_password, new.hash);
	if (!code)
		code = zong_store_write(archive->store, write_reset, &new);
	if (new.change.user)
		zong__user__free_unpacked(new.change.user, NULL);
	sodium_memzero(new.hash, sizeof(new.hash));
	if (code)
		sodium_memzero(ret_password, ZONG_PASSWORD_TEXT);
	return code ? zong_err_set(err, code, "%s", name) : 0;
}

/* In the session that goes on, all is allowed now. */
static int free_session(struct zong_txn *txn, const struct zong_subject *who)
{
	struct zong_iter iter = {0};
	_cleanup_row_ Zong__Token *token = NULL;
	struct zong_digest digest;
	struct zong_id id;
	bool found = false;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_TOKENS, NULL, NULL, false);

	while (!err && !found && (err = zong_iter_next(&iter)) == 0) {
		zong_row_cleanup(&token);
		token = zong__token__unpack(NULL, iter.value_len, iter.value);
		found = token && zong_row_id(&token->id, &id) && zong_id_equal(&id, &who->token) &&
			iter.key.len == sizeof(digest.bytes);
		if (found)
			memcpy(digest.bytes, iter.key.bytes, sizeof(digest.bytes));
	}
	zong_iter_end(&iter);
	if (!found)
		return err == ZONG_EEND ? ZONG_EUNAUTHENTICATED : err; /* it ended meanwhile */
	token->must_change = false;
	return zong_token_put(txn, &digest, token);
}

static int write_own(struct zong_txn *txn, void *ctx)
{
	struct new_password *new = ctx;
	Zong__User *user;
	struct whose whose;
	size_t deleted;
	int err = take_user(txn, &new->change);

	if (err)
		return err;
	user = new->change.user;
	/* somebody may have reset or disabled it since the old one was looked at */
	if (user->disabled || strcmp(user->password, new->before) != 0)
		return ZONG_EUNAUTHENTICATED;
	user->must_change = false;
	user->changed = zong_time_now();
	err = zong_row_set(&user->password, new->hash);
	if (!err)
		err = zong_user_change(txn, user);
	whose_of(user->name, &whose);
	whose.except = new->change.who->token;
	if (!err)
		err = zong_token_delete_all(txn, is_theirs, &whose, &deleted);
	if (!err)
		err = free_session(txn, new->change.who);
	return err ? err : record(txn, new->change.who, "user.password", user);
}

static int check_old(struct zong_archive *archive, const struct zong_subject *who, const char *name,
	const char *old, char ret_hash[crypto_pwhash_STRBYTES])
{
	_cleanup_row_ Zong__User *user = NULL;
	struct zong_txn *txn;
	bool fits;
	int err = zong_throttle_check(archive->throttle, name, who->origin, zong_time_monotonic());

	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = get_user(txn, name, &user);
	zong_txn_end(txn);
	if (err)
		return err;
	zong_throttle_enter(archive->throttle);
	fits = crypto_pwhash_str_verify(user->password, old, strlen(old)) == 0;
	zong_throttle_leave(archive->throttle);
	snprintf(ret_hash, crypto_pwhash_STRBYTES, "%s", user->password);
	forget_password(user);
	if (!fits) {
		zong_throttle_failed(archive->throttle, name, who->origin, zong_time_monotonic());
		return ZONG_EPASSWORD;
	}
	zong_throttle_succeeded(archive->throttle, name, who->origin);
	return 0;
}

int zong_password_change(struct zong_archive *archive, const struct zong_subject *who,
	const char *old, const char *password, struct zong_err *err)
{
	struct new_password new = {.change = {.who = who}};
	const char *name = who->key + strlen("user:");
	int code;

	if (!who->session || strncmp(who->key, "user:", strlen("user:")) != 0)
		return zong_err_set(err, ZONG_EFORBIDDEN, NULL);
	if (strlen(old) > ZONG_PASSWORD_MAX)
		return zong_err_set(err, ZONG_EPASSWORD, "old");
	code = check_old(archive, who, name, old, new.before);
	if (code)
		return zong_err_set(err, code, "%s", code == ZONG_EPASSWORD ? "old" : name);
	code = check_password(name, old, password, err);
	if (code)
		return code;
	new.change.name = name;
	code = hash_password(archive, password, new.hash);
	if (!code)
		code = zong_store_write(archive->store, write_own, &new);
	if (new.change.user)
		zong__user__free_unpacked(new.change.user, NULL);
	sodium_memzero(&new, sizeof(new));
	return code ? zong_err_set(err, code, "%s", name) : 0;
}
