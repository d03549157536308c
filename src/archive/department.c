/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/code.h>
#include <zong/delivery.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "department.h"
#include "inside.h"
#include "journal.h"
#include "row.h"
#include "webhook.h"

#define SECRET_SIZE 32 /* Standard Webhooks 1.0: 24 to 64 bytes */

struct adding {
	const struct zong_subject *who;
	const Zong__Department *row;
};

static int write_department(struct zong_txn *txn, void *ctx)
{
	const struct adding *adding = ctx;
	char object[64];
	struct zong_key key;
	int err;

	zong_row_key_str(&key, adding->row->id);
	if (zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
		return ZONG_EEXIST;
	err = zong_txn_put(txn, ZONG_TABLE_DEPARTMENTS, &key, &adding->row->base);
	if (err)
		return err;
	snprintf(object, sizeof(object), "department/%s", adding->row->id);
	return zong_journal_add(
		txn, adding->who, "department.add", object, adding->row->name, NULL);
}

int zong_department_check_name(const char *name, struct zong_err *err)
{
	if (!name[0])
		return zong_err_set(err, ZONG_EINVAL, "name");
	if (strlen(name) > ZONG_LIMIT_NAME)
		return zong_err_set(err, ZONG_ELIMIT, "name");
	if (!zong_utf8_printable(name, strlen(name)))
		return zong_err_set(err, ZONG_EENCODING, "name");
	return 0;
}

static int check(const char *id, const char *name, const char *webhook, bool allow_private,
	struct zong_err *err)
{
	int code;

	if (zong_department_id_check(id))
		return zong_err_set(err, ZONG_EDEPARTMENT, "%s", id);
	code = zong_department_check_name(name, err);
	if (code || !webhook)
		return code;
	code = zong_webhook_check(webhook, allow_private);
	return code ? zong_err_set(err, code, "%s", webhook) : 0;
}

int zong_department_set_keys(Zong__Department *row)
{
	uint8_t secret[SECRET_SIZE];
	uint8_t seed[crypto_sign_SEEDBYTES];
	int err;

	randombytes_buf(secret, sizeof(secret));
	randombytes_buf(seed, sizeof(seed));
	err = zong_row_set_bytes(&row->secret, secret, sizeof(secret));
	if (!err)
		err = zong_row_set_bytes(&row->signing_seed, seed, sizeof(seed));
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(seed, sizeof(seed));
	return err;
}

int zong_department_add(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const char *name, const char *webhook, bool allow_private,
	Zong__Department **ret_department, struct zong_err *err)
{
	_cleanup_row_ Zong__Department *row = NULL;
	struct adding adding = {.who = who};
	int code;

	code = zong_access_may(who, ZONG_VERB_DEPARTMENT_MANAGE, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	id = id ? id : "";
	name = name ? name : "";
	if (webhook && !webhook[0])
		webhook = NULL;
	code = check(id, name, webhook, allow_private, err);
	if (code)
		return code;
	row = zong_row_new(&zong__department__descriptor);
	if (!row)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	row->created = zong_time_now();
	row->allow_private = webhook && allow_private;
	code = zong_row_set(&row->id, id);
	if (!code)
		code = zong_row_set(&row->name, name);
	if (!code)
		code = zong_row_set(&row->webhook, webhook);
	if (!code && webhook)
		code = zong_department_set_keys(row);
	adding.row = row;
	if (!code)
		code = zong_store_write(archive->store, write_department, &adding);
	if (code)
		return zong_err_set(err, code, "%s", id);
	*ret_department = take_ptr(row);
	return 0;
}

int zong_department_list(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Department ***ret_departments, size_t *ret_count)
{
	Zong__Department **rows = NULL;
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	size_t count = 0;
	int err;

	err = zong_access_may(who, ZONG_VERB_DEPARTMENT_LIST, NULL);
	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DEPARTMENTS, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Department *row = zong__department__unpack(NULL, iter.value_len, iter.value);
		struct zong_object object = {.txn = txn};
		Zong__Department **grown;

		if (!row) {
			err = ZONG_ECORRUPT;
			break;
		}
		object.department = row->id;
		if (zong_access_may(who, ZONG_VERB_DEPARTMENT_LIST, &object)) {
			zong__department__free_unpacked(row, NULL);
			continue;
		}
		grown = realloc(rows, (count + 1) * sizeof(*rows));
		if (!grown) {
			zong__department__free_unpacked(row, NULL);
			err = ZONG_ENOMEM;
			break;
		}
		rows = grown;
		rows[count++] = row;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (err != ZONG_EEND) {
		zong_departments_free(rows, count);
		return err;
	}
	*ret_departments = rows;
	*ret_count = count;
	return 0;
}

void zong_departments_free(Zong__Department **departments, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zong__department__free_unpacked(departments[i], NULL);
	free(departments);
}

static int add_base64(struct zong_buf *buf, const char *prefix, const uint8_t *bytes, size_t len)
{
	char text[128];

	if (sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL) > sizeof(text))
		return ZONG_ECORRUPT;
	sodium_bin2base64(text, sizeof(text), bytes, len, sodium_base64_VARIANT_ORIGINAL);
	zong_buf_add_str(buf, prefix);
	zong_buf_add_str(buf, text);
	sodium_memzero(text, sizeof(text));
	return buf->err;
}

int zong_department_secret(const Zong__Department *department, struct zong_buf *buf)
{
	if (department->secret.len == 0)
		return ZONG_ENOENT;
	return add_base64(buf, "whsec_", department->secret.data, department->secret.len);
}

int zong_department_public_key(const Zong__Department *department, struct zong_buf *buf)
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	if (department->signing_seed.len != crypto_sign_SEEDBYTES)
		return ZONG_ENOENT;
	crypto_sign_seed_keypair(public, secret, department->signing_seed.data);
	sodium_memzero(secret, sizeof(secret));
	return add_base64(buf, "whpk_", public, sizeof(public));
}
