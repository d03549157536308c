/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/code.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "inside.h"
#include "journal.h"
#include "row.h"
#include "token.h"

#define SET_BACK (60 * ZONG_SECOND) /* of a clock; what time servers correct is less */

#define DAYS_MAX 3650

int zong_token_delete_all(
	struct zong_txn *txn, zong_token_filter *which, const void *ctx, size_t *ret_deleted)
{
	struct zong_iter iter = {0};
	struct zong_key *keys = NULL;
	size_t count = 0;
	int err;

	err = zong_iter_begin(&iter, txn, ZONG_TABLE_TOKENS, NULL, NULL, false);
	if (err)
		return err;
	/* collected first: a table must not change under its iterator */
	while ((err = zong_iter_next(&iter)) == 0) {
		Zong__Token *token = zong__token__unpack(NULL, iter.value_len, iter.value);
		bool gone = token && which(token, ctx);
		struct zong_key *grown;

		if (token)
			zong__token__free_unpacked(token, NULL);
		if (!gone)
			continue;
		grown = realloc(keys, (count + 1) * sizeof(*keys));
		if (!grown) {
			err = ZONG_ENOMEM;
			break;
		}
		keys = grown;
		zong_key_clear(&keys[count]);
		zong_key_bytes(&keys[count], iter.key.bytes, iter.key.len);
		count++;
	}
	zong_iter_end(&iter);
	err = err == ZONG_EEND ? 0 : err;
	for (size_t i = 0; i < count && !err; i++)
		err = zong_txn_delete(txn, ZONG_TABLE_TOKENS, &keys[i]);
	free(keys);
	if (!err)
		*ret_deleted = count;
	return err;
}

bool zong_token_over(const Zong__Token *token, int64_t now)
{
	return (token->expires && token->expires <= now) ||
	       (token->session && token->created > now + SET_BACK);
}

int zong_token_limit(Zong__Token *token, uint64_t may)
{
	if (!may)
		return 0;
	token->may = calloc(ZONG_VERB_COUNT_, sizeof(*token->may));
	if (!token->may)
		return ZONG_ENOMEM;
	for (int verb = 0; verb < ZONG_VERB_COUNT_; verb++) {
		if (!(may >> verb & 1))
			continue;
		token->may[token->n_may] = strdup(zong_verb_name((enum zong_verb)verb));
		if (!token->may[token->n_may])
			return ZONG_ENOMEM;
		token->n_may++;
	}
	return 0;
}

/* The role has each of them, and none of them could lift the limit. */
static int check_limit(enum zong_role role, uint64_t may, struct zong_err *err)
{
	struct zong_subject who = {.role = role};

	if (may >> ZONG_VERB_COUNT_)
		return zong_err_set(err, ZONG_EINVAL, "may");
	for (int verb = 0; verb < ZONG_VERB_COUNT_; verb++)
		if ((may >> verb & 1) &&
			(verb == ZONG_VERB_TOKEN_MANAGE || verb == ZONG_VERB_USER_MANAGE ||
				zong_access_may(&who, (enum zong_verb)verb, NULL)))
			return zong_err_set(err, ZONG_EINVAL, "may: %s",
				zong_verb_name((enum zong_verb)verb));
	return 0;
}

struct new_token {
	const struct zong_subject *who;
	const Zong__Token *row;
	struct zong_digest digest;
};

static int write_new(struct zong_txn *txn, void *ctx)
{
	const struct new_token *new = ctx;
	char id[ZONG_ID_TEXT];
	char object[64];
	struct zong_id row_id;
	struct zong_key key;
	int err;

	if (new->row->department[0]) {
		zong_row_key_str(&key, new->row->department);
		if (!zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
			return ZONG_ENODEPARTMENT;
	}
	if (!zong_row_id(&new->row->id, &row_id))
		return ZONG_ECORRUPT;
	zong_id_format(&row_id, id);
	snprintf(object, sizeof(object), "token/%s", id);
	err = zong_token_put(txn, &new->digest, new->row);
	if (err)
		return err;
	return zong_journal_add(txn, new->who, "token.new", object, new->row->role, NULL);
}

static int check_new(
	const char *role, const char *department, const char *name, int days, struct zong_err *err)
{
	enum zong_role parsed = zong_role_parse(role);

	if (parsed == ZONG_ROLE_NONE)
		return zong_err_set(err, ZONG_EROLE, "%s", role);
	if ((parsed == ZONG_ROLE_DEPARTMENT) != (department[0] != '\0'))
		return zong_err_set(err, ZONG_EINVAL, "department");
	if (department[0] && zong_department_id_check(department))
		return zong_err_set(err, ZONG_ENODEPARTMENT, "%s", department);
	if (parsed == ZONG_ROLE_KIOSK && !name[0]) /* the number of the machine */
		return zong_err_set(err, ZONG_EINVAL, "name");
	if (strlen(name) > ZONG_LIMIT_NAME)
		return zong_err_set(err, ZONG_ELIMIT, "name");
	if (!zong_utf8_printable(name, strlen(name)))
		return zong_err_set(err, ZONG_EENCODING, "name");
	if (days < 0 || days > DAYS_MAX)
		return zong_err_set(err, ZONG_EINVAL, "days");
	return 0;
}

int zong_token_new(struct zong_archive *archive, const struct zong_subject *who, const char *role,
	const char *department, const char *name, int days, uint64_t may,
	char ret_token[ZONG_TOKEN_TEXT],
	Zong__Token **ret_row, struct zong_err *err)
{
	_cleanup_row_ Zong__Token *row = NULL;
	struct new_token new = {.who = who};
	char text[ZONG_TOKEN_TEXT];
	struct zong_id id;
	int code;

	code = zong_access_may(who, ZONG_VERB_TOKEN_MANAGE, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	role = role ? role : "";
	department = department ? department : "";
	name = name ? name : "";
	code = check_new(role, department, name, days, err);
	if (!code)
		code = check_limit(zong_role_parse(role), may, err);
	if (code)
		return code;
	row = zong_row_new(&zong__token__descriptor);
	if (!row)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	zong_id_new(&id);
	row->created = zong_time_now();
	row->expires = days ? row->created + (int64_t)days * 86400 * ZONG_SECOND : 0;
	if (zong_row_set_bytes(&row->id, id.bytes, sizeof(id.bytes)) ||
		zong_row_set(&row->role, role) || zong_row_set(&row->department, department) ||
		zong_row_set(&row->name, name) || zong_token_limit(row, may))
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	zong_token_make(ZONG_TOKEN_BEARER, text);
	code = zong_token_digest(text, ZONG_TOKEN_BEARER, &new.digest);
	new.row = row;
	if (!code)
		code = zong_store_write(archive->store, write_new, &new);
	if (!code) {
		memcpy(ret_token, text, sizeof(text));
		*ret_row = take_ptr(row);
	}
	sodium_memzero(text, sizeof(text));
	return code ? zong_err_set(err, code, "%s", department) : 0;
}

int zong_token_list(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Token ***ret_rows, size_t *ret_count)
{
	Zong__Token **rows = NULL;
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	size_t count = 0;
	int err;

	err = zong_access_may(who, ZONG_VERB_TOKEN_MANAGE, NULL);
	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_TOKENS, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Token *token = zong__token__unpack(NULL, iter.value_len, iter.value);
		Zong__Token **grown;

		if (!token) {
			err = ZONG_ECORRUPT;
			break;
		}
		if (token->session) {
			zong__token__free_unpacked(token, NULL);
			continue;
		}
		grown = realloc(rows, (count + 1) * sizeof(*rows));
		if (!grown) {
			zong__token__free_unpacked(token, NULL);
			err = ZONG_ENOMEM;
			break;
		}
		rows = grown;
		rows[count++] = token;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (err != ZONG_EEND) {
		for (size_t i = 0; i < count; i++)
			zong__token__free_unpacked(rows[i], NULL);
		free(rows);
		return err;
	}
	*ret_rows = rows;
	*ret_count = count;
	return 0;
}

struct revoke {
	const struct zong_subject *who;
	struct zong_id id;
	char key[64]; /* of the sessions that were made with it */
};

static bool is_token(const Zong__Token *token, const void *ctx)
{
	const struct revoke *revoke = ctx;
	struct zong_id id;

	return !token->session && zong_row_id(&token->id, &id) && zong_id_equal(&id, &revoke->id);
}

static bool is_session_of(const Zong__Token *token, const void *ctx)
{
	const struct revoke *revoke = ctx;

	return token->session && strcmp(token->subject, revoke->key) == 0;
}

static int write_revoke(struct zong_txn *txn, void *ctx)
{
	const struct revoke *revoke = ctx;
	char object[64];
	size_t deleted;
	size_t sessions;
	int err;

	err = zong_token_delete_all(txn, is_token, revoke, &deleted);
	if (err)
		return err;
	if (!deleted)
		return ZONG_ENOENT;
	err = zong_token_delete_all(txn, is_session_of, revoke, &sessions);
	if (err)
		return err;
	snprintf(object, sizeof(object), "token/%s", revoke->key + strlen("token:"));
	return zong_journal_add(txn, revoke->who, "token.revoke", object, NULL, NULL);
}

int zong_token_revoke(struct zong_archive *archive, const struct zong_subject *who, const char *id)
{
	struct revoke revoke = {.who = who};
	char text[ZONG_ID_TEXT];
	int err;

	err = zong_access_may(who, ZONG_VERB_TOKEN_MANAGE, NULL);
	if (err)
		return err;
	if (zong_id_parse(id, &revoke.id))
		return ZONG_ENOENT;
	zong_id_format(&revoke.id, text);
	snprintf(revoke.key, sizeof(revoke.key), "token:%s", text);
	return zong_store_write(archive->store, write_revoke, &revoke);
}
