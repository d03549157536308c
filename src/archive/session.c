/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include <zong/access.h>
#include <zong/time.h>
#include <zong/utf8.h>
#include <zong/vault_access.h>

#include "idle.h"
#include "inside.h"
#include "journal.h"
#include "row.h"
#include "session.h"
#include "throttle.h"
#include "token.h"

/* Of a random password that nobody knows, made with the same cost as all others: an unknown name
 * takes as long as a wrong password. */
static const char nobody[crypto_pwhash_STRBYTES] =
	"$argon2id$v=19$m=65536,t=2,p=1$U4bysnMORJ90v/"
	"pTIvPPRg$TMag9RPbJcFi29XfEgaYxKoihdyNgklx2VH2fg7R2uA";

void zong_password_make(char ret_password[ZONG_PASSWORD_TEXT])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	size_t at = 0;

	for (int group = 0; group < 4; group++) {
		if (group)
			ret_password[at++] = '-';
		for (int i = 0; i < 5; i++)
			ret_password[at++] = letters[randombytes_uniform(sizeof(letters) - 1)];
	}
	ret_password[at] = '\0';
}

int zong_user_change(struct zong_txn *txn, void *ctx)
{
	const Zong__User *user = ctx;
	struct zong_key key;

	zong_row_key_str(&key, user->name);
	return zong_txn_put(txn, ZONG_TABLE_USERS, &key, &user->base);
}

int zong_user_make(const char *name, enum zong_role role, const char *department,
	const char *password, Zong__User **ret_user)
{
	_cleanup_row_ Zong__User *user = zong_row_new(&zong__user__descriptor);
	char hash[crypto_pwhash_STRBYTES];
	size_t len = strlen(password);

	if (!user)
		return ZONG_ENOMEM;
	if (role == ZONG_ROLE_NONE || role == ZONG_ROLE_LOCAL)
		return ZONG_EROLE;
	if (!name[0] || strlen(name) > ZONG_LIMIT_NAME || !zong_utf8_printable(name, strlen(name)))
		return ZONG_EINVAL;
	if (len < ZONG_PASSWORD_MIN || len > ZONG_PASSWORD_MAX)
		return ZONG_EINVAL;
	if (crypto_pwhash_str(hash, password, len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
		    crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return ZONG_ENOMEM;
	user->created = zong_time_now();
	if (zong_row_set(&user->name, name) || zong_row_set(&user->role, zong_role_name(role)) ||
		zong_row_set(&user->department, department) || zong_row_set(&user->password, hash))
		return ZONG_ENOMEM;
	*ret_user = take_ptr(user);
	return 0;
}

static int get_user(struct zong_archive *archive, const char *name, Zong__User **ret_user)
{
	ProtobufCMessage *row;
	struct zong_txn *txn;
	struct zong_key key;
	int err;

	if (!name[0] || strlen(name) > ZONG_LIMIT_NAME)
		return ZONG_ENOENT;
	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	zong_row_key_str(&key, name);
	err = zong_txn_get(txn, ZONG_TABLE_USERS, &key, &zong__user__descriptor, &row);
	zong_txn_end(txn);
	if (!err)
		*ret_user = (Zong__User *)row;
	return err;
}

struct opening {
	const struct zong_subject *who; /* as it will act; origin for the log */
	const Zong__Token *row;
	struct zong_digest digest;
	const Zong__User *user;	     /* as it was when the password was looked at; or */
	const struct zong_id *token; /* of the token that it is opened with; both NULL: neither */
};

static bool is_over(const Zong__Token *token, const void *ctx)
{
	const int64_t *now = ctx;

	return token->session && zong_token_over(token, *now);
}

/* Hashing takes its time: meanwhile the user may have been disabled, reset, or given another role. */
static int check_user(struct zong_txn *txn, const Zong__User *user)
{
	_cleanup_row_ Zong__User *now = NULL;
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_row_key_str(&key, user->name);
	err = zong_txn_get(txn, ZONG_TABLE_USERS, &key, &zong__user__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT ? ZONG_EUNAUTHENTICATED : err;
	now = (Zong__User *)row;
	return now->disabled || strcmp(now->password, user->password) != 0 ||
			       strcmp(now->role, user->role) != 0 ||
			       strcmp(now->department, user->department) != 0
		       ? ZONG_EUNAUTHENTICATED
		       : 0;
}

static int check_token(struct zong_txn *txn, const struct zong_id *token)
{
	struct zong_iter iter = {0};
	bool found = false;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_TOKENS, NULL, NULL, false);

	while (!err && !found && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Token *row =
			zong__token__unpack(NULL, iter.value_len, iter.value);
		struct zong_id id;

		found = row && zong_row_id(&row->id, &id) && zong_id_equal(&id, token);
	}
	zong_iter_end(&iter);
	return found ? 0 : err == ZONG_EEND ? ZONG_EUNAUTHENTICATED : err;
}

static int write_session(struct zong_txn *txn, void *ctx)
{
	const struct opening *opening = ctx;
	int64_t now = zong_time_now();
	size_t deleted;
	int err = 0;

	if (opening->user)
		err = check_user(txn, opening->user);
	if (opening->token)
		err = check_token(txn, opening->token);
	if (err)
		return err;
	/* so that sessions nobody signed out of do not pile up */
	err = zong_token_delete_all(txn, is_over, &now, &deleted);
	if (!err)
		err = zong_token_put(txn, &opening->digest, opening->row);
	if (!err)
		err = zong_journal_add(
			txn, opening->who, "session.open", opening->who->key, NULL, NULL);
	return err;
}

/* Makes a session in which @acts acts; @until: no longer than this, 0: as long as sessions last. */
static int open_session(struct zong_archive *archive, const struct zong_subject *acts,
	const Zong__User *user, const struct zong_id *with, int64_t until, bool cookie,
	char ret_token[ZONG_TOKEN_TEXT], struct zong_subject *ret_session)
{
	_cleanup_row_ Zong__Token *row = zong_row_new(&zong__token__descriptor);
	const char *begins = cookie ? ZONG_TOKEN_COOKIE : ZONG_TOKEN_BEARER;
	struct opening opening = {.who = acts, .user = user, .token = with};
	struct zong_subject session;
	char text[ZONG_TOKEN_TEXT];
	struct zong_id id;
	int err;

	if (!row)
		return ZONG_ENOMEM;
	zong_id_new(&id);
	row->created = zong_time_now();
	row->expires = row->created + ZONG_SESSION_TIME;
	if (until && until < row->expires)
		row->expires = until;
	row->session = true;
	row->must_change = acts->must_change;
	if (zong_row_set_bytes(&row->id, id.bytes, sizeof(id.bytes)) ||
		zong_row_set(&row->role, zong_role_name(acts->role)) ||
		zong_row_set(&row->department, acts->department) ||
		zong_row_set(&row->name, acts->name) || zong_row_set(&row->subject, acts->key) ||
		zong_token_limit(row, acts->may))
		return ZONG_ENOMEM;
	err = zong_token_subject(row, &session);
	if (err)
		return err;
	memcpy(session.origin, acts->origin, sizeof(session.origin));
	zong_token_make(begins, text);
	opening.row = row;
	err = zong_token_digest(text, begins, &opening.digest);
	if (!err)
		err = zong_store_write(archive->store, write_session, &opening);
	if (!err) {
		memcpy(ret_token, text, sizeof(text));
		*ret_session = session;
	}
	sodium_memzero(text, sizeof(text));
	return err;
}

static int write_refused(struct zong_txn *txn, void *ctx)
{
	const struct zong_subject *who = ctx;

	return zong_journal_add(txn, who, "session.refused", who->key, NULL, NULL);
}

static bool password_fits(
	struct zong_archive *archive, const Zong__User *user, const char *password)
{
	bool fits;

	zong_throttle_enter(archive->throttle);
	fits = crypto_pwhash_str_verify(
		       user ? user->password : nobody, password, strlen(password)) == 0;
	zong_throttle_leave(archive->throttle);
	return fits && user && !user->disabled;
}

int zong_identity_sign_in(struct zong_archive *archive, const char *user, const char *password,
	const char *origin, bool cookie, char ret_token[ZONG_TOKEN_TEXT], struct zong_subject *ret_who)
{
	_cleanup_row_ Zong__User *row = NULL;
	struct zong_subject who = {0};
	size_t len;
	int err;

	origin = origin ? origin : "";
	if (!user || !password || strlen(password) > ZONG_PASSWORD_MAX)
		return ZONG_EUNAUTHENTICATED;
	err = zong_throttle_check(archive->throttle, user, origin, zong_time_monotonic());
	if (err)
		return err;
	err = get_user(archive, user, &row);
	if (err && err != ZONG_ENOENT)
		return err;
	snprintf(who.origin, sizeof(who.origin), "%s", origin);
	/* what was typed as a name goes into the log only as far as it can stand there */
	len = zong_utf8_cut(user, strlen(user), sizeof(who.key) - sizeof("user:"));
	if (!zong_utf8_printable(user, len))
		len = 0;
	snprintf(who.key, sizeof(who.key), "user:%.*s", (int)len, user);
	if (!password_fits(archive, row, password)) {
		zong_throttle_failed(archive->throttle, user, origin, zong_time_monotonic());
		err = zong_store_write(archive->store, write_refused, &who);
		return err ? err : ZONG_EUNAUTHENTICATED;
	}
	zong_throttle_succeeded(archive->throttle, user, origin);
	who.role = zong_role_parse(row->role);
	snprintf(who.name, sizeof(who.name), "%s", row->name);
	snprintf(who.department, sizeof(who.department), "%s", row->department);
	who.must_change = row->must_change;
	return open_session(archive, &who, row, NULL, 0, cookie, ret_token, ret_who);
}

int zong_identity_session(struct zong_archive *archive, const struct zong_subject *who,
	bool cookie, char ret_token[ZONG_TOKEN_TEXT], struct zong_subject *ret_session)
{
	if (!who || who->role == ZONG_ROLE_NONE || who->role == ZONG_ROLE_LOCAL)
		return ZONG_EUNAUTHENTICATED;
	return open_session(
		archive, who, NULL, &who->token, who->expires, cookie, ret_token, ret_session);
}

struct signing_out {
	struct zong_id id;
};

static bool is_session(const Zong__Token *token, const void *ctx)
{
	const struct signing_out *out = ctx;
	struct zong_id id;

	return token->session && zong_row_id(&token->id, &id) && zong_id_equal(&id, &out->id);
}

static int write_sign_out(struct zong_txn *txn, void *ctx)
{
	size_t deleted;

	return zong_token_delete_all(txn, is_session, ctx, &deleted);
}

struct unused {
	struct signing_out session;
	char *subject; /* whose it was */
	size_t size;
};

static bool is_unused(const Zong__Token *token, const void *ctx)
{
	const struct unused *unused = ctx;

	if (!is_session(token, &unused->session))
		return false;
	snprintf(unused->subject, unused->size, "%s", token->subject);
	return true;
}

static int write_idle(struct zong_txn *txn, void *ctx)
{
	char subject[sizeof(((struct zong_subject *)NULL)->key)];
	struct unused unused = {
		.session.id = *(struct zong_id *)ctx, .subject = subject, .size = sizeof(subject)};
	size_t deleted;
	int err = zong_token_delete_all(txn, is_unused, &unused, &deleted);

	if (err || !deleted)
		return err;
	return zong_journal_add(txn, NULL, "session.idle", subject, NULL, NULL);
}

int zong_sessions_end_idle(struct zong_archive *archive)
{
	struct zong_id over[64];
	size_t count;
	int err = 0;

	if (!archive->idle)
		return 0; /* nobody signs in to a vault */
	do {
		count = zong_idle_over(archive->idle, zong_time_monotonic(), over,
			sizeof(over) / sizeof(over[0]));
		for (size_t i = 0; i < count && !err; i++) {
			err = zong_store_write(archive->store, write_idle, &over[i]);
			if (!err)
				zong_idle_forget(archive->idle, &over[i]);
		}
	} while (count > 0 && !err);
	return err;
}

int zong_identity_sign_out(struct zong_archive *archive, const struct zong_subject *who)
{
	struct signing_out out;

	if (!who || !who->session)
		return 0;
	out.id = who->token;
	zong_vault_forget(archive, who);
	return zong_store_write(archive->store, write_sign_out, &out);
}
